import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Audience,
  type HostUnderTest,
  probeProtocol,
  type Setting,
  type SystemUnderTest,
} from '@quorate/core/conformance/testing'
import { CommandList } from '@quorate/core/explorer'
import type { AnyNode, AnyNodeClass, Micros, NodeId, RequestId } from '@quorate/core/model'
import { microsPerMillisecond } from '@quorate/core/model'
import {
  ensureNodeKey,
  type NodeKeys,
  readNodeKeys,
  writePublicKeys,
} from '../network/node-keys.ts'
import { ProcessHost } from '../process-host.ts'
import type { DiskFile } from '../storage/disk.ts'
import { PowerCutDisk } from './power-cut-disk.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const waitMicros = (micros: Micros): Promise<void> => sleep(micros / microsPerMillisecond)

/** A disk whose syncs end only when the test has let enough time pass, however slow the machine is. */
class TimedDisk extends PowerCutDisk {
  readonly #passed: (micros: Micros) => Promise<void>
  readonly #syncMicros: Micros

  constructor(directory: string, syncMicros: Micros, passed: (micros: Micros) => Promise<void>) {
    super(directory)
    this.#syncMicros = syncMicros
    this.#passed = passed
  }

  override async open(path: string, how: 'existing' | 'create'): Promise<DiskFile> {
    const file = await super.open(path, how)
    const sync = file.sync.bind(file)
    file.sync = async () => {
      await this.#passed(this.#syncMicros)
      await sync()
    }
    return file
  }
}

/** A node from one start to its crash. */
interface Life {
  readonly disk: TimedDisk
  host: ProcessHost | undefined
  over: boolean
}

/** Process hosts of one process, with real clocks, files and keys, and a network of timeouts. */
class ClusterUnderTest implements SystemUnderTest {
  readonly #nodeClass: AnyNodeClass
  readonly #setting: Setting
  readonly #audience: Audience
  readonly #directories: readonly string[]
  readonly #keys: readonly NodeKeys[]
  readonly #lives: Life[] = []
  #passedMicros: Micros = 0
  /** Who waits for how much time to have passed. */
  #waiting: { readonly life: Life; readonly untilMicros: Micros; go(): void }[] = []
  #failure: Error | undefined

  constructor(nodeClass: AnyNodeClass, setting: Setting, audience: Audience) {
    const { nodes } = setting
    this.#nodeClass = nodeClass
    this.#setting = setting
    this.#audience = audience
    this.#directories = Array.from({ length: nodes }, () => temporaryDirectory())
    const publicKeys = `${temporaryDirectory()}/public-keys`
    // Apart from the logs, whose directories the power cut goes through.
    const homes = Array.from({ length: nodes }, () => temporaryDirectory())
    writePublicKeys(publicKeys, homes.map(ensureNodeKey))
    this.#keys = homes.map((directory, self) => readNodeKeys(directory, publicKeys, self, nodes))
  }

  async propose(node: NodeId, command: unknown, request: RequestId): Promise<void> {
    const life = this.#lives[node]
    await waitMicros(this.#setting.linkMicros)
    if (!life || life.over) return
    life.host?.propose(command, request, (outcome) => {
      if (!life.over) this.#audience.replied(request, outcome)
    })
  }

  async pass(micros: Micros): Promise<void> {
    await waitMicros(micros)
    this.#passedMicros += micros
    const due = this.#waiting.filter(({ untilMicros }) => untilMicros <= this.#passedMicros)
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting))
    for (const { go } of due) go()
    // What follows from it has its turn.
    await waitMicros(0)
    if (this.#failure) throw this.#failure
  }

  async crash(node: NodeId): Promise<void> {
    const life = this.#lives[node] as Life
    life.over = true
    life.disk.cutAfter = 0
    this.#release(life)
    await life.host?.stop().catch(() => {})
    await life.disk.cutPower(Math.random)
  }

  async restart(node: NodeId): Promise<void> {
    const { nodes, syncMicros } = this.#setting
    const directory = this.#directories[node] as string
    const disk = new TimedDisk(directory, syncMicros, (micros) => this.#passed(life, micros))
    const life: Life = { disk, host: undefined, over: false }
    this.#lives[node] = life
    life.host = await ProcessHost.start({
      protocol: probeProtocol(this.#nodeClass),
      self: node,
      nodes,
      parameters: {},
      directory,
      keys: this.#keys[node] as NodeKeys,
      hashesPerSecond: 500,
      network: {
        send: (to, frame) => this.#transmit(node, to, frame.slice(), life),
        pause: () => {},
        resume: () => {},
      },
      application: new CommandList(),
      disk,
      output: (output) => {
        if (!life.over) this.#audience.output(node, output)
      },
      failed: (error) => {
        if (!life.over) this.#failure = error
      },
    })
  }

  pause(): void {
    throw new Error('a process cannot pause itself')
  }

  resume(): void {}

  node(id: NodeId): AnyNode | undefined {
    const life = this.#lives[id]
    return life?.over ? undefined : life?.host?.node
  }

  async stop(): Promise<void> {
    for (const life of this.#lives) {
      if (life.over) continue
      const stopped = life.host?.stop()
      life.over = true
      this.#release(life)
      await stopped
    }
  }

  #transmit(from: NodeId, to: NodeId, frame: Uint8Array, sender: Life): void {
    if (sender.over) return
    setTimeout(() => {
      const receiver = this.#lives[to]
      if (receiver && !receiver.over) receiver.host?.receive(from, frame)
    }, this.#setting.linkMicros / microsPerMillisecond)
  }

  /** A life that is over, or has not quite begun, waits for nothing. */
  #passed(life: Life, micros: Micros): Promise<void> {
    if (life.over || life.host === undefined) return Promise.resolve()
    const untilMicros = this.#passedMicros + micros
    return new Promise((go) => this.#waiting.push({ life, untilMicros, go }))
  }

  #release(life: Life): void {
    for (const waiting of this.#waiting) if (waiting.life === life) waiting.go()
    this.#waiting = this.#waiting.filter((waiting) => waiting.life !== life)
  }
}

/** The process host, as the conformance suite sees it. */
export const clusterUnderTest: HostUnderTest = {
  name: 'the process host',
  cannot: {
    seed: 'time and threads are real',
    passing: 'messages are always encoded',
    pause: 'a process cannot pause itself',
  },
  async start(nodeClass, setting, audience) {
    const cluster = new ClusterUnderTest(nodeClass, setting, audience)
    for (let node = 0; node < setting.nodes; node += 1) await cluster.restart(node)
    return cluster
  },
}
