import { toHex } from '../../model/hex.ts'
import type { AnyNode, AnyNodeClass, Host, NodeId, Outcome, RequestId } from '../../model/index.ts'
import { encode } from '../../model/index.ts'
import { sha256 } from '../../model/sha256.ts'
import { CommandList } from '../command-list.ts'
import { type Letter, type NaiveNode, type NaiveWorld, text } from './naive-world.ts'

/** What of an exploration a host has to know. */
interface HostOptions {
  readonly nodeClass: AnyNodeClass
  readonly positions: 'renewed' | 'counted'
}

/** The host of one node in one step, writing straight into the world. */
export class NaiveHost implements Host<unknown, unknown, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly machine = new CommandList()
  readonly application = this.machine
  readonly arena = new Map<string, unknown>()
  readonly node: NaiveNode
  drewTooMuch = false
  readonly #options: HostOptions
  readonly #world: NaiveWorld
  readonly #script: readonly number[]
  readonly #minted: Set<string>
  #drawn = 0

  constructor(
    options: HostOptions,
    world: NaiveWorld,
    self: NodeId,
    script: readonly number[],
    minted: Set<string>,
  ) {
    this.self = self
    this.nodes = world.nodes.map((_, node) => node)
    this.peers = this.nodes.filter((node) => node !== self)
    this.node = world.nodes[self] as NaiveNode
    this.#options = options
    this.#world = world
    this.#script = script
    this.#minted = minted
  }

  now(): number {
    return 0
  }

  /** Where the script ends, the step is given up, to be taken again with each draw appended. */
  random(): number {
    const draw = this.#script[this.#drawn]
    this.#drawn += 1
    if (draw !== undefined) return draw
    this.drewTooMuch = true
    throw new Error('drew too much')
  }

  send(to: NodeId, message: unknown): void {
    this.#leave(this.#letter(to, message))
  }

  sendEagerly(to: NodeId, message: unknown): void {
    this.#world.letters.push(this.#letter(to, message))
  }

  setTimer(timer: string): void {
    if (!this.node.timers.includes(timer)) this.node.timers.push(timer)
  }

  cancelTimer(timer: string): void {
    this.node.timers = this.node.timers.filter((armed) => armed !== timer)
  }

  persist(record: unknown): number {
    this.node.unsynced.push(encode(this.#options.nodeClass.schema.record, record as never))
    this.node.position += 1
    return this.node.position
  }

  /** One record reaches the disk, or all. */
  sync(live: AnyNode, all = false): void {
    const { node } = this
    const count = all ? node.unsynced.length : 1
    node.durable.push(...node.unsynced.splice(0, count))
    for (const waiting of node.waiting) waiting.behind -= count
    for (const { behind, letter } of node.waiting) {
      if (behind <= 0 && typeof letter !== 'string') this.#world.letters.push(letter)
    }
    node.waiting = node.waiting.filter(({ behind }) => behind > 0)
    live.durable(node.position - node.unsynced.length)
    if (this.#options.positions === 'renewed' && node.unsynced.length === 0) node.position = 0
  }

  sign(): Uint8Array {
    throw new Error('nothing is signed here')
  }

  verify(): boolean {
    throw new Error('nothing is signed here')
  }

  hash(bytes: Uint8Array): Uint8Array {
    return sha256(bytes)
  }

  mine(nBits: number): void {
    this.node.mining = nBits
  }

  stopMining(): void {
    this.node.mining = -1
  }

  mint(template: Uint8Array): Uint8Array {
    this.#minted.add(toHex(sha256(sha256(template)).reverse()))
    return template.slice()
  }

  verifyWork(id: string): boolean {
    return this.#minted.has(id)
  }

  output(): void {}

  reply(request: RequestId, outcome: Outcome): void {
    this.#leave(text({ request, outcome }))
  }

  replyEagerly(): void {}

  #letter(to: NodeId, message: unknown): Letter {
    const type = this.#options.nodeClass.schema.message
    return { from: this.self, to, message: encode(type, message as never) }
  }

  #leave(letter: Letter | string): void {
    const behind = this.node.unsynced.length
    if (behind > 0) this.node.waiting.push({ behind, letter })
    else if (typeof letter !== 'string') this.#world.letters.push(letter)
  }
}
