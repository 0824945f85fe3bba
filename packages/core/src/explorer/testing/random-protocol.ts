import type { AnyNodeClass, NodeId, RequestId } from '../../model/index.ts'
import { durable, machine, natural, nodeId, nodeSet, option, union } from '../../model/index.ts'
import { finish, mix } from '../../model/schema/hash.ts'

interface RandomTraits {
  readonly seed: number
  /** Nodes do the same in the same situation, whatever their numbers. */
  readonly symmetric?: boolean
  /** Some steps throw. */
  readonly throws?: boolean
  /** A message that may cause no more is passed on, one for one, so that a run may go round for ever. */
  readonly forwards?: boolean
}

const schema = {
  state: {
    phase: natural,
    kept: durable(natural),
    heard: nodeSet,
    favourite: option(nodeId),
  },
  message: union({ word: { word: natural, energy: natural } }),
  record: union({ keep: { value: natural } }),
  command: union({ go: {} }),
  timers: ['early', 'late'],
  parameters: {},
} as const

const phases = 3
const words = 2
/** What is caused by a start, a timer or a command may cause so much more, one after the other. */
const firstEnergy = 1
const mostActions = 3

type Event = 'start' | 'timeout' | 'propose' | 'receive'
const events: readonly Event[] = ['start', 'timeout', 'propose', 'receive']

/**
 * A protocol without sense: what a node does in which phase, at which event, is drawn from a seed. In
 * all that hosts can tell it is like any other: it sends, arms timers late and cancels them, writes
 * records, says what it has decided, and ignores much. Its worlds are finite while the numbers of its
 * timeouts and crashes are.
 */
export function randomProtocol({ seed, symmetric, throws, forwards }: RandomTraits): AnyNodeClass {
  class Senseless extends machine(schema) {
    start(): void {
      this.react('start', 0, undefined, firstEnergy, undefined)
    }

    apply(record: { readonly kind: 'keep'; readonly value: number }): void {
      this.kept = record.value
    }

    timeout(timer: 'early' | 'late'): void {
      this.react('timeout', timer === 'early' ? 0 : 1, undefined, firstEnergy, undefined)
    }

    propose(_command: { readonly kind: 'go' }, request: RequestId): void {
      this.react('propose', 0, undefined, firstEnergy, request)
    }

    receive(from: NodeId, message: { readonly word: number; readonly energy: number }): void {
      const known = this.heard.has(from) ? 2 : 0
      this.react('receive', message.word + known, from, message.energy - 1, undefined)
    }

    override durable(_position: number): void {
      if (this.phase === 1) this.host.setTimer('late', 1)
    }

    react(
      event: Event,
      detail: number,
      from: NodeId | undefined,
      energy: number,
      request: RequestId | undefined,
    ): void {
      const who = symmetric ? 0 : this.host.self + 1
      const situation = [who, this.phase, this.kept, events.indexOf(event), detail]
      const base = situation.reduce(mix, mix(0, seed))
      let left = energy
      for (let i = 0; i < mostActions; i += 1) {
        const draw = finish(mix(base, i)) >>> 0
        left = this.act(draw % 16, draw >>> 8, from, left, request)
      }
    }

    /** Returns the energy that is left. */
    act(
      action: number,
      draw: number,
      from: NodeId | undefined,
      energy: number,
      request: RequestId | undefined,
    ): number {
      const timer = draw % 2 === 0 ? 'early' : 'late'
      switch (action) {
        case 0:
          this.phase = draw % phases
          return energy
        case 1:
        case 2:
        case 3:
          return this.say(draw, from, energy)
        case 4:
          this.host.setTimer(timer, 1)
          return energy
        case 5:
          this.host.cancelTimer(timer)
          return energy
        case 6:
          this.record({ kind: 'keep', value: draw % 2 })
          return energy
        case 7:
          this.host.output({ kind: 'decided', value: Uint8Array.of(draw % 2) })
          return energy
        case 8:
          if (throws && draw % 4 === 0) throw new RangeError(`never in phase ${this.phase}`)
          return energy
        case 9:
          if (from !== undefined) this.heard.add(from)
          return energy
        case 10:
          this.favourite = from
          return energy
        case 11:
          if (request) this.host.reply(request, { kind: 'done', result: Uint8Array.of(draw % 2) })
          return energy
        default:
          return energy
      }
    }

    say(draw: number, from: NodeId | undefined, energy: number): number {
      const mayForward = forwards === true && energy === -1
      if (energy < 0 && !mayForward) return energy
      const message = { kind: 'word', word: draw % words, energy: Math.max(0, energy) } as const
      const how = (draw >>> 4) % 4
      if (how === 0 && !mayForward) this.broadcast(message)
      else {
        const to = how === 1 ? from : this.favourite
        const { peers } = this.host
        const other = symmetric ? from : peers[(draw >>> 6) % peers.length]
        const chosen = to ?? other
        if (chosen === undefined || chosen === this.host.self) return energy
        if (how === 3) this.host.sendEagerly(chosen, message)
        else this.host.send(chosen, message)
      }
      return mayForward ? -2 : energy
    }
  }
  return Senseless as unknown as AnyNodeClass
}
