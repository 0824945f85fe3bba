import type {
  AnyNode,
  AnyNodeClass,
  FieldObject,
  Host,
  NodeId,
  RequestId,
} from '../../model/index.ts'
import { decode, parameterValues, Reader, Writer } from '../../model/index.ts'
import { NaiveHost } from './naive-host.ts'
import {
  distinct,
  downNode,
  type Letter,
  type NaiveNode,
  type NaiveWorld,
  removeLetter,
  text,
  type Waiting,
} from './naive-world.ts'

/**
 * A second explorer, as plain as can be, to count with: nothing is interned, nothing remembered. A
 * world is plain data, copied by encoding and decoding it, and told from others by one long text.
 * Clocks stand still.
 */
export interface NaiveOptions {
  readonly nodeClass: AnyNodeClass
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  readonly commands: readonly unknown[]
  readonly timeouts: number
  readonly crashes: number
  readonly losses: number
  readonly duplications: number
  readonly blocks: number
  readonly draws: readonly number[]
  readonly ignored: 'kept' | 'consumed'
  readonly disk: 'instant' | 'asynchronous'
  readonly positions: 'renewed' | 'counted'
  readonly broken: (nodes: ReadonlyMap<NodeId, AnyNode>) => boolean
}

export interface NaiveCounts {
  readonly uniqueStates: number
  readonly generatedStates: number
  readonly depth: number
  /** How many events lead to the first violation; undefined where there is none. */
  readonly violationDepth: number | undefined
}

export function naiveExplore(options: NaiveOptions): NaiveCounts {
  const explorer = new NaiveExplorer(options)
  const first = explorer.first()
  const seen = new Set([explorer.key(first)])
  let level = [first]
  let generatedStates = 1
  let violationDepth = explorer.broken(first) ? 0 : undefined
  let depth = 0
  for (;;) {
    const next: NaiveWorld[] = []
    for (const world of level) {
      for (const successor of explorer.successors(world)) {
        generatedStates += 1
        const key = explorer.key(successor)
        if (seen.has(key)) continue
        seen.add(key)
        next.push(successor)
        if (explorer.broken(successor)) violationDepth ??= depth + 1
      }
    }
    if (next.length === 0)
      return { uniqueStates: seen.size, generatedStates, depth, violationDepth }
    level = next
    depth += 1
  }
}

class NaiveExplorer {
  readonly #options: NaiveOptions
  readonly #minted = new Set<string>()

  constructor(options: NaiveOptions) {
    this.#options = options
  }

  first(): NaiveWorld {
    const { nodes } = this.#options
    let world: NaiveWorld = {
      nodes: Array.from({ length: nodes }, () => downNode()),
      letters: [],
      used: { timeouts: 0, crashes: 0, losses: 0, duplications: 0, blocks: 0 },
      put: [],
    }
    for (let node = 0; node < nodes; node += 1) {
      ;[world] = this.#step(world, node, 'start') as [NaiveWorld]
    }
    return world
  }

  broken(world: NaiveWorld): boolean {
    const live = new Map<NodeId, AnyNode>()
    for (const [id, node] of world.nodes.entries()) {
      if (node.up) live.set(id, this.#revive(node, {} as Host<unknown, unknown, string>))
    }
    return this.#options.broken(live)
  }

  key(world: NaiveWorld): string {
    const nodes = world.nodes.map((node) => this.#nodeText(node))
    const letters = world.letters.map((letter) => text(letter)).sort()
    return text({
      nodes,
      letters,
      used: world.used,
      put: world.put.toSorted((left, right) => left - right),
    })
  }

  /**
   * Disks that make the same of a new node are the same. Messages that wait for the same record leave
   * together, in no order; replies one after the other.
   */
  #nodeText({ durable, timers, waiting, ...node }: NaiveNode): string {
    const fold = this.#fieldsOf(this.#replayed(durable, {} as Host<unknown, unknown, string>))
    const isReply = ({ letter }: Waiting): boolean => typeof letter === 'string'
    const letters = waiting.filter((one) => !isReply(one)).map((one) => text(one))
    const replies = waiting.filter(isReply)
    return text({ ...node, letters: letters.sort(), replies, timers: timers.toSorted(), fold })
  }

  *successors(world: NaiveWorld): Generator<NaiveWorld> {
    yield* this.#deliveries(world)
    for (const [id, node] of world.nodes.entries()) {
      if (node.up) yield* this.#ownEvents(world, id, node)
      else yield* this.#step(world, id, 'start')
    }
    for (const letter of distinct(world.letters)) {
      if (this.#left(world, 'losses')) {
        const lost = this.#spend(world, 'losses')
        removeLetter(lost, letter)
        yield lost
      }
      if (this.#left(world, 'duplications')) {
        const duplicated = this.#spend(world, 'duplications')
        duplicated.letters.push(letter)
        yield duplicated
      }
    }
  }

  *#deliveries(world: NaiveWorld): Generator<NaiveWorld> {
    for (const letter of distinct(world.letters)) {
      const up = world.nodes[letter.to]?.up
      if (!up && this.#options.ignored === 'kept') continue
      const taken = structuredClone(world)
      removeLetter(taken, letter)
      if (!up) yield taken
      else yield* this.#changed(world, taken, letter.to, letter)
    }
  }

  *#ownEvents(world: NaiveWorld, id: NodeId, node: NaiveNode): Generator<NaiveWorld> {
    if (this.#left(world, 'timeouts')) {
      for (const timer of node.timers) {
        yield* this.#changed(world, this.#spend(world, 'timeouts'), id, { timer })
      }
    }
    if (node.mining >= 0 && this.#left(world, 'blocks')) {
      yield* this.#changed(world, this.#spend(world, 'blocks'), id, 'mine')
    }
    for (const [place, command] of this.#options.commands.entries()) {
      if (world.put.includes(place)) continue
      const asked = structuredClone(world)
      asked.put.push(place)
      yield* this.#changed(world, asked, id, { command, request: { client: place, sequence: 1 } })
    }
    if (node.unsynced.length > 0) yield* this.#step(world, id, 'sync')
    if (!this.#left(world, 'crashes')) return
    for (let survivors = 0; survivors <= node.unsynced.length; survivors += 1) {
      const crashed = this.#spend(world, 'crashes')
      const durable = [...node.durable, ...node.unsynced.slice(0, survivors)]
      const position = this.#options.positions === 'counted' ? durable.length : 0
      crashed.nodes[id] = { ...downNode(), durable, position }
      yield crashed
    }
  }

  /** The outcomes of a step, without those that change nothing where such are no events. */
  *#changed(
    before: NaiveWorld,
    prepared: NaiveWorld,
    id: NodeId,
    event: NaiveEvent,
  ): Generator<NaiveWorld> {
    for (const after of this.#step(prepared, id, event)) {
      const idle =
        this.#nodeText(before.nodes[id] as NaiveNode) ===
          this.#nodeText(after.nodes[id] as NaiveNode) &&
        after.letters.length === prepared.letters.length
      if (!idle || this.#options.ignored === 'consumed') yield after
    }
  }

  /** Every way that a step of a node can go, by what it draws at random; first that in which each draw gives its first value. */
  #step(world: NaiveWorld, id: NodeId, event: NaiveEvent): NaiveWorld[] {
    const { draws } = this.#options
    const results = new Map<string, NaiveWorld>()
    const scripts: number[][] = [[]]
    for (let script = scripts.pop(); script; script = scripts.pop()) {
      const after = structuredClone(world)
      const host = new NaiveHost(this.#options, after, id, script, this.#minted)
      this.#run(host, event)
      if (!host.drewTooMuch) results.set(this.key(after), after)
      else for (const draw of draws.toReversed()) scripts.push([...script, draw])
    }
    return [...results.values()]
  }

  #run(host: NaiveHost, event: NaiveEvent): void {
    const { node } = host
    host.machine.restore(node.application)
    const live = node.up ? this.#revive(node, host) : this.#replayed(node.durable, host)
    try {
      if (event === 'start') {
        node.up = true
        live.start()
      } else if (event === 'mine') live.mined(host.mint(live.template()))
      else if (event === 'sync') host.sync(live)
      else if ('timer' in event) {
        node.timers = node.timers.filter((timer) => timer !== event.timer)
        live.timeout(event.timer)
      } else if ('command' in event) live.propose(event.command, event.request)
      else live.receive(event.from, decode(this.#options.nodeClass.schema.message, event.message))
      while (this.#options.disk === 'instant' && node.unsynced.length > 0) host.sync(live, true)
    } catch (error) {
      if (!host.drewTooMuch) throw error
    }
    node.fields = this.#fieldsOf(live)
    node.application = host.machine.snapshot()
  }

  #left(world: NaiveWorld, kind: keyof NaiveWorld['used']): boolean {
    return world.used[kind] < this.#options[kind]
  }

  #spend(world: NaiveWorld, kind: keyof NaiveWorld['used']): NaiveWorld {
    const spent = structuredClone(world)
    if (this.#options[kind] !== Number.POSITIVE_INFINITY) spent.used[kind] += 1
    return spent
  }

  #make(host: Host<unknown, unknown, string>): AnyNode {
    const { nodeClass, parameters } = this.#options
    return new nodeClass(host, parameterValues(nodeClass.schema.parameters, parameters) as never)
  }

  #revive(node: NaiveNode, host: Host<unknown, unknown, string>): AnyNode {
    const live = this.#make(host)
    this.#options.nodeClass.state.readInto(new Reader(node.fields), live as unknown as FieldObject)
    return live
  }

  #replayed(records: readonly Uint8Array[], host: Host<unknown, unknown, string>): AnyNode {
    const live = this.#make(host)
    for (const record of records) {
      live.apply(decode(this.#options.nodeClass.schema.record, record))
    }
    return live
  }

  #fieldsOf(node: AnyNode): Uint8Array {
    const writer = new Writer()
    this.#options.nodeClass.state.write(writer, node as unknown as FieldObject)
    return writer.finish()
  }
}

type NaiveEvent =
  | 'start'
  | 'mine'
  | 'sync'
  | Letter
  | { readonly timer: string }
  | { readonly command: unknown; readonly request: RequestId }
