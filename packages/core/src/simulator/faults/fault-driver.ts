import type { NodeId } from '../../model/index.ts'
import type { World } from '../world.ts'
import type { Fault, FaultAction, Target } from './fault.ts'
import { formatFault } from './fault-spec.ts'

/** A fault that has struck, and whom: what its target meant then. */
export interface Strike extends Fault {
  readonly nodes: readonly NodeId[]
}

/** A fault that is in force. */
interface ActiveFault {
  readonly action: FaultAction
  /** The nodes the target meant when the fault struck. */
  nodes: readonly NodeId[]
}

/**
 * Lets the faults of a scenario strike a world, each at its time, and end.
 *
 * Faults may overlap. The network, clocks and disks are set anew from all that are in force whenever
 * one comes or goes, and where two say different things the worse counts (of two drifts the later).
 * A node is down, or stopped, until every fault that keeps it so has ended.
 */
export class FaultDriver {
  /** The faults that have struck so far. */
  readonly strikes: Strike[] = []
  private readonly world: World
  private active: ActiveFault[] = []
  /** How each clock runs by itself. */
  private readonly ownDriftPpm: readonly number[]
  /** Set once everything was healed for good: what was still to come does not strike any more. */
  private over = false

  constructor(world: World, faults: readonly Fault[]) {
    this.world = world
    this.ownDriftPpm = world.hosts.map((host) => host.clock.driftPpm)
    for (const fault of faults) this.schedule(fault)
  }

  schedule(fault: Fault): void {
    this.world.at(fault.atMicros, () => {
      if (!this.over) this.strike(fault)
    })
  }

  /** Whether a fault of the network is in force. */
  get networkBroken(): boolean {
    return this.active.some(({ action }) => isOfNetwork(action))
  }

  /** Strikes now. */
  strike(fault: Fault): void {
    const { action } = fault
    const nodes = 'target' in action ? this.resolve(action.target) : []
    this.strikes.push({ ...fault, atMicros: this.world.nowMicros, nodes })
    this.world.noteFault(`${formatFault(fault)} ${nodes.join(',')}`)
    const begun = { action, nodes }
    this.begin(begun)
    if (fault.forMicros === undefined) return
    this.world.at(this.world.nowMicros + fault.forMicros, () => {
      if (!this.active.includes(begun)) return
      this.world.noteFault(`end of ${formatFault(fault)}`)
      this.end(begun)
    })
  }

  /** Ends every fault for good: the network heals, every node that may come back does, clocks and disks behave. */
  healForGood(): void {
    this.over = true
    this.world.noteFault('heal for good')
    for (const fault of this.active.slice()) {
      if (!(keepsDown(fault.action) && this.world.options.protocol.crashes === 'stop'))
        this.end(fault)
    }
  }

  private begin(fault: ActiveFault): void {
    const { action, nodes } = fault
    const { world } = this
    const hosts = nodes.flatMap((node) => world.copiesOf(node))
    switch (action.kind) {
      case 'restart':
        for (const other of this.active) {
          if (keepsDown(other.action)) other.nodes = other.nodes.filter((id) => !nodes.includes(id))
        }
        for (const host of hosts) host.restart()
        return
      case 'heal':
        this.active = this.active.filter((other) => !isOfNetwork(other.action))
        this.setNetwork()
        return
      case 'crash':
        for (const host of hosts) host.crash()
        break
      case 'disk-loss':
        for (const host of hosts) {
          host.crash()
          host.disk.lose()
        }
        break
      case 'disk-corrupt':
        for (const host of hosts) {
          host.crash()
          host.disk.corrupt()
        }
        break
      case 'pause':
        for (const host of hosts) host.pause()
        break
      case 'clock':
        for (const host of hosts) host.clock.jump(world.nowMicros, action.jumpMicros)
        break
      default:
        break // In force as long as it is among the active.
    }
    this.active.push(fault)
    this.setConditions(fault)
  }

  private end(fault: ActiveFault): void {
    const { action, nodes } = fault
    const { world } = this
    this.active = this.active.filter((other) => other !== fault)
    this.setConditions(fault)
    for (const node of nodes) {
      const hosts = world.copiesOf(node)
      if (keepsDown(action)) {
        if (!this.isHeld(node, keepsDown)) for (const host of hosts) host.restart()
      } else if (action.kind === 'pause') {
        if (!this.isHeld(node, ({ kind }) => kind === 'pause'))
          for (const host of hosts) host.resume()
      } else if (action.kind === 'clock') {
        for (const host of hosts) host.clock.jump(world.nowMicros, -action.jumpMicros)
      }
    }
  }

  /** Whether a fault of some kind that is in force is aimed at a node. */
  private isHeld(node: NodeId, by: (action: FaultAction) => boolean): boolean {
    return this.active.some(({ action, nodes }) => by(action) && nodes.includes(node))
  }

  /** Sets what a fault that came or went has its part in, from all that are in force. */
  private setConditions({ action, nodes }: ActiveFault): void {
    if (isOfNetwork(action)) this.setNetwork()
    else for (const node of nodes) this.setNode(node)
  }

  private setNode(node: NodeId): void {
    let slowness = 1
    let diskSlowness = 1
    let lying = false
    let driftPpm = this.ownDriftPpm[node] as number
    for (const { action, nodes } of this.active) {
      if (!nodes.includes(node)) continue
      if (action.kind === 'slow') slowness = Math.max(slowness, action.factor)
      else if (action.kind === 'disk-slow') diskSlowness = Math.max(diskSlowness, action.factor)
      else if (action.kind === 'disk-lies') lying = true
      else if (action.kind === 'drift') driftPpm = action.ppm
    }
    for (const host of this.world.copiesOf(node)) {
      const { disk, clock } = host
      host.occupation.slowness = slowness
      disk.slowness = diskSlowness
      disk.lying = lying
      if (clock.driftPpm !== driftPpm) clock.setDrift(this.world.nowMicros, driftPpm)
    }
  }

  private setNetwork(): void {
    const { network } = this.world
    network.clearFaults()
    let loss = 0
    let duplication = 0
    let reordering = 0
    let extraMicros = 0
    for (const { action, nodes } of this.active) {
      if (action.kind === 'partition') network.partition(action.groups)
      else if (action.kind === 'cut') network.cutOneWay(action.from, action.to)
      else if (action.kind === 'isolate') for (const node of nodes) network.isolate(node)
      else if (action.kind === 'loss') loss = Math.max(loss, action.probability)
      else if (action.kind === 'duplicate') duplication = Math.max(duplication, action.probability)
      else if (action.kind === 'reorder') reordering = Math.max(reordering, action.probability)
      else if (action.kind === 'delay') extraMicros = Math.max(extraMicros, action.extraMicros)
    }
    network.setLoss(loss)
    network.setDuplication(duplication)
    network.setReordering(reordering)
    network.setExtraDelay(extraMicros)
  }

  private resolve(target: Target): readonly NodeId[] {
    const { hosts, faultRandom, options } = this.world
    switch (target.kind) {
      case 'nodes':
        return target.nodes
      case 'all':
        return hosts.map((host) => host.self)
      case 'random':
        return [faultRandom.below(hosts.length)]
      case 'majority':
        return this.draw(Math.floor(hosts.length / 2) + 1)
      case 'minority':
        return this.draw(Math.floor((hosts.length - 1) / 2))
      case 'role':
        return hosts
          .filter((host) => host.node && options.protocol.roleOf(host.node) === target.role)
          .map((host) => host.self)
    }
  }

  private draw(count: number): NodeId[] {
    const nodes = this.world.hosts.map((host) => host.self)
    this.world.faultRandom.shuffle(nodes)
    return nodes.slice(0, count).sort((left, right) => left - right)
  }
}

function isOfNetwork({ kind }: FaultAction): boolean {
  switch (kind) {
    case 'partition':
    case 'cut':
    case 'isolate':
    case 'loss':
    case 'duplicate':
    case 'reorder':
    case 'delay':
      return true
    default:
      return false
  }
}

function keepsDown({ kind }: FaultAction): boolean {
  return kind === 'crash' || kind === 'disk-loss' || kind === 'disk-corrupt'
}
