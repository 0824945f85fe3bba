import { toHex } from '../../model/hex.ts'
import type {
  AnyNode,
  AnyNodeClass,
  FieldObject,
  Host,
  NodeId,
  Outcome,
  RequestId,
} from '../../model/index.ts'
import { decode, encode, parameterValues, Reader, Writer } from '../../model/index.ts'
import { sha256 } from '../../model/sha256.ts'
import { CommandList } from '../command-list.ts'

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

interface NaiveNode {
  up: boolean
  fields: Uint8Array
  application: Uint8Array
  timers: string[]
  mining: number
  /** Encoded. */
  durable: Uint8Array[]
  unsynced: Uint8Array[]
  /** The position of the latest record. */
  position: number
  waiting: Waiting[]
}

/** What leaves once so many more records are durable: a message, or the text of a reply. */
interface Waiting {
  behind: number
  letter: Letter | string
}

interface Letter {
  from: NodeId
  to: NodeId
  message: Uint8Array
}

interface NaiveWorld {
  nodes: NaiveNode[]
  letters: Letter[]
  used: { timeouts: number; crashes: number; losses: number; duplications: number; blocks: number }
  put: number[]
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

/** The host of one node in one step, writing straight into the world. */
class NaiveHost implements Host<unknown, unknown, string> {
  readonly self: NodeId
  readonly nodes: readonly NodeId[]
  readonly peers: readonly NodeId[]
  readonly machine = new CommandList()
  readonly application = this.machine
  readonly arena = new Map<string, unknown>()
  readonly node: NaiveNode
  drewTooMuch = false
  readonly #options: NaiveOptions
  readonly #world: NaiveWorld
  readonly #script: readonly number[]
  readonly #minted: Set<string>
  #drawn = 0

  constructor(
    options: NaiveOptions,
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

function downNode(): NaiveNode {
  return {
    up: false,
    fields: new Uint8Array(0),
    application: new CommandList().snapshot(),
    timers: [],
    mining: -1,
    durable: [],
    unsynced: [],
    position: 0,
    waiting: [],
  }
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? toHex(part) : part))
}

function distinct(letters: readonly Letter[]): Letter[] {
  return [...new Map(letters.map((letter) => [text(letter), letter])).values()]
}

function removeLetter(world: NaiveWorld, letter: Letter): void {
  const wanted = text(letter)
  world.letters.splice(
    world.letters.findIndex((other) => text(other) === wanted),
    1,
  )
}
