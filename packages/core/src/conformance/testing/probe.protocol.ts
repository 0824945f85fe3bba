import { toHex } from '../../model/hex.ts'
import {
  type AnyNodeClass,
  bigNatural,
  bool,
  bytes,
  durable,
  type Infer,
  int,
  list,
  machine,
  natural,
  nodeId,
  oneOf,
  option,
  type Protocol,
  type RequestId,
  shared,
  struct,
  text,
  union,
} from '../../model/index.ts'
import { encode } from '../../model/schema/index.ts'
import { doubleSha256 } from '../../model/sha256.ts'

const timerName = oneOf('first', 'second')
export type ProbeTimer = Infer<typeof timerName>

/** What a probe can be told to do: one method of its host each, or a few that belong together. */
export const ProbeAction = union({
  record: { note: text },
  /** A record of several notes, whose list the probe then tries to change. */
  recordList: { notes: list(text) },
  send: { to: nodeId, note: text },
  sendEagerly: { to: nodeId, note: text },
  /** A message with a field of every type. */
  sendEverything: { to: nodeId },
  /** Bytes that the receiver keeps, and shows when it looks. */
  sendBytes: { to: nodeId, content: bytes },
  /** One list to every peer; each receiver tries to change it, and so does the sender where it is told to. */
  broadcastList: { notes: list(text), change: bool },
  /** A message that is answered at once, so many times over. */
  rally: { to: nodeId, times: natural },
  reply: {},
  replyEagerly: {},
  /** `cancels`: when it goes off, the probe cancels the other timer. */
  setTimer: { timer: timerName, delayMicros: natural, cancels: bool },
  cancelTimer: { timer: timerName },
  setUndeclaredTimer: {},
  /** Tells what the host says of time, chance and identity. */
  look: {},
  apply: { command: bytes },
  sign: { content: bytes },
  hash: { content: bytes },
  mine: { nBits: natural },
  stopMining: {},
})
export type ProbeAction = Infer<typeof ProbeAction>

const Pair = struct({ left: int, right: option(text) })
const SharedPair = shared('SharedPair', { pair: Pair, digits: list(natural) })
const Choice = union({ nothing: {}, something: { pair: Pair, shared: option(SharedPair) } })

const Everything = {
  natural,
  int,
  bool,
  text,
  bytes,
  big: bigNatural,
  choice: oneOf('red', 'green'),
  present: option(natural),
  absent: option(natural),
  pairs: list(Pair),
  shared: SharedPair,
  union: Choice,
  unions: list(option(Choice)),
}

const ProbeMessage = union({
  note: { note: text },
  everything: Everything,
  bytes: { content: bytes },
  list: { notes: list(text) },
  rally: { times: natural },
  signed: { content: bytes, signature: bytes },
})
type ProbeMessage = Infer<typeof ProbeMessage>

const ProbeRecord = union({ note: { note: text }, list: { notes: list(text) } })
const ProbeCommand = union({ run: { actions: list(ProbeAction) } })

/** What a probe has seen, which it puts out for the test to read. */
const Sighting = union({
  /** A life begins: with these notes from the disk, so much else in memory, and this application. */
  started: { notes: list(text), memory: natural, application: bytes },
  asked: {},
  received: { from: nodeId, note: text },
  fired: { timer: timerName },
  durable: { position: natural },
  recorded: { note: text, position: natural },
  looked: {
    self: nodeId,
    nodes: list(nodeId),
    peers: list(nodeId),
    /** The clock at the beginning of the step and, after some work, at its end. */
    earlier: int,
    later: int,
    /** Random numbers, times 2^32. */
    drawn: list(int),
    kept: list(bytes),
  },
  /** The host, or whoever froze a message, did not let the probe do this; or it did. */
  prevented: { what: text },
  allowed: { what: text },
  applied: { result: bytes },
  hashed: { digest: bytes },
  /** Whom the signature is held to be of, and whether it holds for other bytes too. */
  verified: { by: list(nodeId), forged: bool },
  /** The header, all but its nonce being that of the latest template; whether its work is valid, and that of a header without work. */
  mined: { sameHeader: bool, valid: bool, invalid: bool },
  templateUnasked: {},
  reentered: {},
})
export type Sighting = Infer<typeof Sighting>

/** A sighting, the number of the node's steps in this life until then, and the time of the node's clock. */
export const Report = struct({ step: natural, now: int, seen: Sighting })
export type Report = Infer<typeof Report>

const nonceBytes = 4
const headerBytes = 80

/**
 * Not a protocol of the literature: it does what it is told, and tells what happens to it, so that a
 * test can put every method of a host in every order and see what the host makes of it.
 */
export class Probe extends machine({
  state: {
    notes: durable(list(text)),
    /** How often the node was entered in this life. */
    steps: natural,
    inside: bool,
    cancelling: list(timerName),
    kept: list(bytes),
    mining: option(natural),
    header: bytes,
  },
  message: ProbeMessage,
  record: ProbeRecord,
  command: ProbeCommand,
  timers: ['first', 'second'],
  parameters: {},
}) {
  start(): void {
    const memory = this.steps + this.kept.length + this.cancelling.length + (this.inside ? 1 : 0)
    this.enter()
    const application = this.host.application.snapshot()
    this.tell({ kind: 'started', notes: [...this.notes], memory, application })
    this.leave()
  }

  receive(from: number, message: ProbeMessage): void {
    this.enter()
    this.take(from, message)
    this.leave()
  }

  timeout(timer: ProbeTimer): void {
    this.enter()
    this.tell({ kind: 'fired', timer })
    if (this.cancelling.includes(timer)) {
      this.host.cancelTimer(timer === 'first' ? 'second' : 'first')
    }
    this.leave()
  }

  propose(command: Infer<typeof ProbeCommand>, request: RequestId): void {
    this.enter()
    this.tell({ kind: 'asked' })
    for (const action of command.actions) this.perform(action, request)
    this.leave()
  }

  override durable(position: number): void {
    this.enter()
    this.tell({ kind: 'durable', position })
    this.leave()
  }

  apply(record: Infer<typeof ProbeRecord>): void {
    if (record.kind === 'note') this.notes.push(record.note)
    else this.notes.push(...record.notes)
  }

  override template(): Uint8Array {
    this.enter()
    if (this.mining === undefined) this.tell({ kind: 'templateUnasked' })
    const header = new Uint8Array(headerBytes)
    header[0] = this.host.self
    header[1] = this.steps
    this.header = header
    this.leave()
    return header
  }

  override mined(header: Uint8Array): void {
    this.enter()
    const free = headerBytes - nonceBytes
    const sameHeader =
      header.length === headerBytes && toHex(header).startsWith(toHex(this.header.slice(0, free)))
    const bits = this.mining ?? 0
    const valid = this.host.verifyWork(blockId(header), bits)
    const invalid = this.host.verifyWork('f'.repeat(64), bits)
    this.tell({ kind: 'mined', sameHeader, valid, invalid })
    this.leave()
  }

  /** Every step begins here. A probe that is entered inside a step says so. */
  enter(): void {
    if (this.inside) this.tell({ kind: 'reentered' })
    this.inside = true
    this.steps += 1
  }

  leave(): void {
    this.inside = false
  }

  tell(seen: Sighting): void {
    const report = encode(Report, { step: this.steps, now: this.host.now(), seen })
    this.host.output({ kind: 'decided', value: report })
  }

  take(from: number, message: ProbeMessage): void {
    switch (message.kind) {
      case 'note':
        this.tell({ kind: 'received', from, note: message.note })
        break
      case 'everything':
        this.tell({ kind: 'received', from, note: JSON.stringify(ProbeMessage.view(message)) })
        break
      case 'bytes':
        this.kept.push(message.content)
        this.tell({ kind: 'received', from, note: toHex(message.content) })
        break
      case 'list':
        this.tell({ kind: 'received', from, note: message.notes.join(' ') })
        this.tryTo('change a received message', () => {
          ;(message.notes as string[]).push('changed')
        })
        break
      case 'rally':
        this.tell({ kind: 'received', from, note: `rally ${message.times}` })
        if (message.times > 0) {
          this.host.sendEagerly(from, { kind: 'rally', times: message.times - 1 })
        }
        break
      case 'signed': {
        const { content, signature } = message
        const holds = (signer: number) => this.host.verify(signer, content, signature)
        const forged = this.host.verify(from, Uint8Array.of(...content, 0), signature)
        this.tell({ kind: 'verified', by: this.host.nodes.filter(holds), forged })
        break
      }
    }
  }

  perform(action: ProbeAction, request: RequestId): void {
    const { host } = this
    switch (action.kind) {
      case 'record': {
        const position = this.record({ kind: 'note', note: action.note })
        this.tell({ kind: 'recorded', note: action.note, position })
        break
      }
      case 'recordList': {
        const notes = [...action.notes]
        this.record({ kind: 'list', notes })
        this.tryTo('change a record', () => notes.push('changed'))
        break
      }
      case 'send':
        host.send(action.to, { kind: 'note', note: action.note })
        break
      case 'sendEagerly':
        host.sendEagerly(action.to, { kind: 'note', note: action.note })
        break
      case 'sendEverything':
        host.send(action.to, everything)
        break
      case 'sendBytes':
        host.send(action.to, { kind: 'bytes', content: action.content })
        break
      case 'broadcastList': {
        const notes = [...action.notes]
        this.broadcast({ kind: 'list', notes })
        if (action.change) this.tryTo('change a sent message', () => notes.push('changed'))
        break
      }
      case 'rally':
        host.sendEagerly(action.to, { kind: 'rally', times: action.times })
        break
      case 'reply':
        host.reply(request, { kind: 'done', result: Uint8Array.of(1) })
        break
      case 'replyEagerly':
        host.replyEagerly(request, { kind: 'refused', reason: 'eager', leader: 1 })
        break
      case 'setTimer':
        if (action.cancels) this.cancelling.push(action.timer)
        host.setTimer(action.timer, action.delayMicros)
        break
      case 'cancelTimer':
        host.cancelTimer(action.timer)
        break
      case 'setUndeclaredTimer':
        this.tryTo('set an undeclared timer', () => host.setTimer('third' as 'first', 1))
        break
      case 'look':
        this.look()
        break
      case 'apply':
        this.tell({ kind: 'applied', result: host.application.apply(action.command) })
        break
      case 'hash':
        this.tell({ kind: 'hashed', digest: host.hash(action.content) })
        break
      case 'sign': {
        const { content } = action
        this.broadcast({ kind: 'signed', content, signature: host.sign(content) })
        break
      }
      case 'mine':
        this.mining = action.nBits
        host.mine(action.nBits)
        break
      case 'stopMining':
        this.mining = undefined
        host.stopMining()
        break
    }
  }

  look(): void {
    const { host } = this
    const earlier = host.now()
    const drawn: number[] = []
    for (let i = 0; i < 8; i += 1) {
      host.hash(new Uint8Array(1_000))
      drawn.push(Math.floor(host.random() * 2 ** 32))
    }
    this.tell({
      kind: 'looked',
      self: host.self,
      nodes: host.nodes,
      peers: host.peers,
      earlier,
      later: host.now(),
      drawn,
      kept: [...this.kept],
    })
  }

  tryTo(what: string, act: () => void): void {
    try {
      act()
    } catch {
      this.tell({ kind: 'prevented', what })
      return
    }
    this.tell({ kind: 'allowed', what })
  }
}

/** The id of a block, as Bitcoin shows it. */
function blockId(header: Uint8Array): string {
  return toHex(doubleSha256(header).reverse())
}

const sharedPair = SharedPair({ pair: { left: -1, right: 'one' }, digits: [1, 2, 300] })

/** A message with a field of every type, and values at the ends of their ranges. */
const everything: ProbeMessage = {
  kind: 'everything',
  natural: Number.MAX_SAFE_INTEGER,
  int: -(2 ** 52 - 1),
  bool: true,
  text: '\ufeffa\u{1f600}\u0000',
  bytes: Uint8Array.of(0, 127, 128, 255),
  big: 2n ** 256n,
  choice: 'green',
  present: 0,
  absent: undefined,
  pairs: [
    { left: 0, right: undefined },
    { left: 7, right: '' },
  ],
  shared: sharedPair,
  union: { kind: 'something', pair: { left: 1, right: 'two' }, shared: sharedPair },
  unions: [undefined, { kind: 'nothing' }],
}

/** What `everything` must look like to whoever receives it. */
export const everythingSeen: string = JSON.stringify(ProbeMessage.view(everything))

/** As much of a protocol as hosts ask for, around the probe or a class derived from it. */
export function probeProtocol(node: AnyNodeClass): Protocol {
  return {
    name: 'probe',
    title: 'Probe',
    summary: 'It does what it is told, and tells what happens to it.',
    family: 'crash',
    shape: 'decision',
    faults: 'none of its own',
    synchrony: 'asynchronous',
    channels: 'lossy',
    crashes: 'recover',
    resilience: { bound: 'any', maximumFaulty: (nodes) => nodes },
    finality: 'immediate',
    roles: ['probe'],
    paper: { authors: 'none', title: 'none', year: 2025 },
    usualNodes: 3,
    node,
    requests: {},
    expectedHashes: () => 2,
    clocks: { largestJumpMicros: 0, largestDriftPpm: 100 },
    roleOf: () => 'probe',
    leader: undefined,
    checkers: () => [],
    invariants: [],
    mutants: [],
    attacks: [],
    beyond: [],
    variety: () => ({}),
    narrate: () => 'The probes wait to be told.',
  }
}
