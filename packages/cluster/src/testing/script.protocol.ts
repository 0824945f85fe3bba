import {
  durable,
  encode,
  type Infer,
  list,
  machine,
  natural,
  nodeId,
  option,
  type Protocol,
  type RequestId,
  struct,
  text,
  union,
} from '@quorate/core/model'

/** What a node can be told to do, one host method each. */
const Action = union({
  record: { value: text },
  send: { to: nodeId, value: text },
  sendEagerly: { to: nodeId, value: text },
  reply: {},
  replyEagerly: {},
  setTimer: { delay: natural },
  cancelTimer: {},
  fail: {},
})
export type Action = Infer<typeof Action>

const ScriptMessage = union({ said: { value: text }, run: { actions: list(Action) } })
const ScriptCommand = union({ run: { actions: list(Action) } })
const ScriptRecord = union({ noted: { value: text } })

const noBytes = new Uint8Array(0)

/**
 * Not a protocol of the literature: a node that does what it is told, so that tests can put every
 * method of a host in every order. It notes if it is entered while it is inside a step.
 */
export class Script extends machine({
  state: {
    notes: durable(list(text)),
    heard: list(text),
    /** The positions that `durable` came with, and how often the timer went off. */
    confirmed: list(natural),
    alarms: natural,
    starts: natural,
    inside: natural,
    times: list(struct({ first: natural, second: natural })),
    asked: option(struct({ client: natural, sequence: natural })),
  },
  message: ScriptMessage,
  record: ScriptRecord,
  command: ScriptCommand,
  timers: ['alarm'],
  parameters: {},
}) {
  start(): void {
    this.enter()
    this.starts += 1
    this.leave()
  }

  receive(from: number, message: Infer<typeof ScriptMessage>): void {
    this.enter()
    if (message.kind === 'said') this.heard.push(`${from}: ${message.value}`)
    else this.run(message.actions, undefined)
    this.leave()
  }

  timeout(_timer: 'alarm'): void {
    this.enter()
    this.alarms += 1
    this.leave()
  }

  propose(command: Infer<typeof ScriptCommand>, request: RequestId): void {
    this.enter()
    this.run(command.actions, request)
    this.leave()
  }

  override durable(position: number): void {
    this.enter()
    this.confirmed.push(position)
    this.leave()
  }

  apply(record: Infer<typeof ScriptRecord>): void {
    this.notes.push(record.value)
  }

  enter(): void {
    if (this.inside !== 0) throw new Error('entered twice')
    this.inside = 1
    this.times.push({ first: this.host.now(), second: 0 })
  }

  leave(): void {
    const time = this.times.at(-1)
    if (time) time.second = this.host.now()
    this.inside = 0
  }

  run(actions: readonly Action[], request: RequestId | undefined): void {
    for (const action of actions) this.perform(action, request)
  }

  perform(action: Action, request: RequestId | undefined): void {
    const { host } = this
    switch (action.kind) {
      case 'record':
        this.record({ kind: 'noted', value: action.value })
        break
      case 'send':
        host.send(action.to, { kind: 'said', value: action.value })
        break
      case 'sendEagerly':
        host.sendEagerly(action.to, { kind: 'said', value: action.value })
        break
      case 'reply':
        if (request) host.reply(request, { kind: 'done', result: noBytes })
        break
      case 'replyEagerly':
        if (request) host.replyEagerly(request, { kind: 'done', result: noBytes })
        break
      case 'setTimer':
        host.setTimer('alarm', action.delay)
        break
      case 'cancelTimer':
        host.cancelTimer('alarm')
        break
      case 'fail':
        throw new Error('an invariant does not hold')
    }
  }
}

export function encodeScriptMessage(message: Infer<typeof ScriptMessage>): Uint8Array {
  return encode(ScriptMessage, message)
}

/** As much of a protocol as a process looks at. Its writes are recorded, and never answered. */
export const script = {
  name: 'script',
  title: 'Script',
  shape: 'decision',
  node: Script,
  requests: {
    write: (body: Uint8Array) => ({
      kind: 'run',
      actions: [{ kind: 'record', value: 'x'.repeat(body.length) }],
    }),
  },
  roleOf: () => 'actor',
} as unknown as Protocol
