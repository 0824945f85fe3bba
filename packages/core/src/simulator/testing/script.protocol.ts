import {
  durable,
  type Infer,
  list,
  machine,
  natural,
  nodeId,
  oneOf,
  type Protocol,
  type RequestId,
  text,
  union,
} from '../../model/index.ts'

/** What a node can be told to do: one method of its host each, and some that no protocol may do. */
const Action = union({
  record: { value: text },
  send: { to: nodeId, value: text },
  sendEagerly: { to: nodeId, value: text },
  order: { to: nodeId, value: text },
  reply: {},
  replyEagerly: {},
  refuse: {},
  setTimer: { timer: oneOf('alarm', 'bell'), delay: natural },
  cancelTimer: { timer: oneOf('alarm', 'bell') },
  /** Sets the alarm, or cancels it, when the bell rings. */
  onBell: { alarm: oneOf('set', 'cancel', 'leave') },
  sign: { times: natural },
  mine: { nBits: natural },
  stopMining: {},
  draw: {},
  fail: {},
  /** Changes a durable field without a record. */
  scribble: { value: text },
})
export type Action = Infer<typeof Action>

const ScriptMessage = union({ said: { value: text }, list: { values: list(text) } })
const ScriptCommand = union({ run: { actions: list(Action) } })
const ScriptRecord = union({ noted: { value: text } })
type Message = Infer<typeof ScriptMessage>

const nothing = new Uint8Array(0)

/**
 * Not a protocol of the literature: a node that does what it is told and logs what happens to it,
 * with its clock, so that tests can put everything that a host does in any order.
 */
export class Script extends machine({
  state: {
    notes: durable(list(text)),
    log: list(text),
    alarmOnBell: oneOf('leave', 'set', 'cancel'),
  },
  message: ScriptMessage,
  record: ScriptRecord,
  command: ScriptCommand,
  timers: ['alarm', 'bell'],
  parameters: {},
}) {
  start(): void {
    this.note('start')
  }

  receive(from: number, message: Message): void {
    if (message.kind === 'said') this.note(`${message.value} from ${from}`)
    else this.note(`${message.values.join('+')} from ${from}`)
  }

  timeout(timer: 'alarm' | 'bell'): void {
    this.note(timer)
    if (timer === 'alarm' || this.alarmOnBell === 'leave') return
    if (this.alarmOnBell === 'set') this.host.setTimer('alarm', 1_000)
    else this.host.cancelTimer('alarm')
  }

  propose(command: Infer<typeof ScriptCommand>, request: RequestId): void {
    this.note(`request ${request.sequence}`)
    for (const action of command.actions) this.perform(action, request)
  }

  override durable(position: number): void {
    this.note(`durable ${position}`)
  }

  override template(): Uint8Array {
    return new Uint8Array(80)
  }

  override mined(_header: Uint8Array): void {
    this.note('mined')
  }

  apply(record: Infer<typeof ScriptRecord>): void {
    if (record.value === 'poison') throw new Error('a record that cannot be')
    this.notes.push(record.value)
  }

  note(what: string): void {
    this.log.push(`${this.host.now()} ${what}`)
  }

  perform(action: Action, request: RequestId): void {
    const { host } = this
    switch (action.kind) {
      case 'record':
        this.record({ kind: 'noted', value: action.value })
        return
      case 'send':
        return host.send(action.to, { kind: 'said', value: action.value })
      case 'sendEagerly':
        return host.sendEagerly(action.to, { kind: 'said', value: action.value })
      case 'order':
        return this.sendAndChange(action.to, action.value)
      case 'reply':
        return host.reply(request, { kind: 'done', result: nothing })
      case 'replyEagerly':
        return host.replyEagerly(request, { kind: 'done', result: nothing })
      case 'refuse':
        return host.replyEagerly(request, { kind: 'refused', reason: 'no', leader: undefined })
      case 'setTimer':
        return host.setTimer(action.timer, action.delay)
      case 'cancelTimer':
        return host.cancelTimer(action.timer)
      case 'onBell':
        this.alarmOnBell = action.alarm
        return
      case 'sign':
        for (let i = 0; i < action.times; i++) host.sign(nothing)
        return
      case 'mine':
        return host.mine(action.nBits)
      case 'stopMining':
        return host.stopMining()
      case 'draw':
        return this.note(`drew ${host.random()}`)
      case 'fail':
        throw new Error('an invariant does not hold')
      case 'scribble':
        this.notes.push(action.value)
    }
  }

  /** What no protocol may do: changes a message that it has sent. */
  sendAndChange(to: number, value: string): void {
    const values = [value]
    this.host.send(to, { kind: 'list', values })
    values.push('changed')
  }
}

/** As much of a protocol as a world looks at. */
export const script = {
  name: 'script',
  title: 'Script',
  shape: 'decision',
  node: Script,
  requests: {},
  roleOf: (node: Script) => (node.notes[0] === 'crown' ? 'king' : 'subject'),
  expectedHashes: (nBits: number) => nBits,
} as unknown as Protocol
