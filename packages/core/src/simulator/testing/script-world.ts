import type { Checker, Reply, StateMachine } from '../../model/index.ts'
import { noCosts } from '../costs.ts'
import type { LatencyModel } from '../network/latency.ts'
import type { NetworkProfile } from '../network/profile.ts'
import { type Workload, World, type WorldOptions } from '../world.ts'
import { type Action, Script, script } from './script.protocol.ts'

/** What every message takes in a world of scripts. */
export const latencyMicros = 1_000
/** What every sync takes there. */
const syncMicros = 200

/** One place, one latency, no limit. */
export function placeOf(latency: LatencyModel): NetworkProfile {
  return {
    name: 'place',
    summary: 'for a test',
    regions: ['here'],
    latency: [[latency]],
    uploadBitsPerSecond: [Number.POSITIVE_INFINITY],
    downloadBitsPerSecond: [Number.POSITIVE_INFINITY],
    placement: { kind: 'roundRobin' },
    topology: { kind: 'mesh' },
    ordered: true,
  }
}

const noMachine: StateMachine = {
  apply: () => new Uint8Array(0),
  query: () => new Uint8Array(0),
  snapshot: () => new Uint8Array(0),
  restore: () => {},
  undo: () => {},
  forgetUndo: () => {},
}

/** A client's answers, as text, with the time and who gave them. */
class Answers implements Workload {
  readonly got: string[] = []

  start(): void {}

  woken(): void {}

  replied(world: World, _client: number, { request, outcome }: Reply, from: number): void {
    this.got.push(`${world.nowMicros} ${request.sequence} ${outcome.kind} by ${from}`)
  }
}

/** A world of three scripts and one client, in which everything takes a fixed time. */
export class ScriptWorld {
  readonly world: World
  readonly answers = new Answers()
  private sequence = 0

  constructor(options: Partial<WorldOptions> = {}, checkers: readonly Checker[] = []) {
    const nodes = options.nodes ?? 3
    this.world = new World(
      {
        protocol: script,
        node: Script,
        nodes,
        clients: 1,
        seed: 1,
        parameters: {},
        network: placeOf({ kind: 'constant', micros: latencyMicros }),
        synchrony: { kind: 'measured' },
        costs: noCosts,
        disk: {
          syncMicros,
          syncJitter: 0,
          bytesPerSecond: Number.POSITIVE_INFINITY,
          tornProbability: 0.5,
        },
        clockOffsetMicros: 0,
        clockDriftPpm: 0,
        hashesPerSecond: new Array<number>(nodes).fill(1),
        passing: 'reference',
        machine: () => noMachine,
        byzantine: new Map(),
        checkers,
        recordTrace: true,
        ...options,
      },
      this.answers,
    )
    this.world.start()
  }

  /** Tells a node what to do, in a request that reaches it at this time. */
  tell(node: number, atMicros: number, ...actions: Action[]): this {
    this.sequence++
    const request = { client: 0, sequence: this.sequence }
    this.world.at(Math.max(0, atMicros - latencyMicros), () => {
      this.world.request(0, node, { kind: 'run', actions }, request)
    })
    return this
  }

  /** Runs until then. */
  until(micros: number): this {
    this.world.advance(micros)
    return this
  }

  node(id: number): Script {
    return this.world.hostOf(id).node as unknown as Script
  }

  /** What a node logged, but for its start and the requests. */
  log(id: number): string[] {
    return this.node(id).log.filter((line) => !/ (start|request \d+)$/.test(line))
  }
}

export const record = (value: string): Action => ({ kind: 'record', value })
export const send = (to: number, value: string): Action => ({ kind: 'send', to, value })
export const sendEagerly = (to: number, value: string): Action => ({
  kind: 'sendEagerly',
  to,
  value,
})
export const setTimer = (timer: 'alarm' | 'bell', delay: number): Action => ({
  kind: 'setTimer',
  timer,
  delay,
})
