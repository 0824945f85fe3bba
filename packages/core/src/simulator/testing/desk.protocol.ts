import {
  bytes,
  list,
  machine,
  type NodeId,
  natural,
  oneOf,
  type Protocol,
  type RequestId,
  struct,
  union,
} from '../../model/index.ts'

const DeskCommand = union({
  read: { body: bytes, lease: natural },
  write: { body: bytes },
  pay: { to: natural, amount: natural, fee: natural },
  configure: { voters: list(natural), learners: list(natural) },
  transfer: { to: natural },
})

/**
 * Not a protocol: nodes that each do with requests what a test tells them to. Together with one that
 * serves they are a store without replicas, and everything that a client can meet.
 * - `serve`: runs a request, once, and answers.
 * - `swallow`: runs it, and does not answer.
 * - `drop`: neither.
 * - `refuse`: says no; `refer`: and names node 0; `expire`: says that the session is unknown.
 */
export class Desk extends machine({
  state: {
    mode: oneOf('serve', 'swallow', 'drop', 'refuse', 'refer', 'expire'),
    /** All requests, in order of arrival. */
    asked: list(
      struct({ atMicros: natural, client: natural, sequence: natural, command: DeskCommand }),
    ),
    ran: list(struct({ client: natural, sequence: natural, result: bytes })),
  },
  message: union({ nothing: {} }),
  record: union({ nothing: {} }),
  command: DeskCommand,
  timers: [],
  parameters: {},
}) {
  start(): void {}

  receive(): void {}

  timeout(): void {}

  apply(): void {}

  propose(
    command: {
      readonly kind: 'read' | 'write' | 'pay' | 'configure' | 'transfer'
      readonly body?: Uint8Array
    },
    request: RequestId,
  ): void {
    const { host } = this
    this.asked.push({ atMicros: host.now(), ...request, command: command as never })
    switch (this.mode) {
      case 'serve':
        return host.reply(request, { kind: 'done', result: this.run(command, request) })
      case 'swallow':
        this.run(command, request)
        return
      case 'drop':
        return
      case 'refuse':
        return this.refuse(request, 'not the leader', undefined)
      case 'refer':
        return this.refuse(request, 'not the leader', 0)
      case 'expire':
        return this.refuse(request, 'session expired', undefined)
    }
  }

  refuse(request: RequestId, reason: string, leader: NodeId | undefined): void {
    this.host.reply(request, { kind: 'refused', reason, leader })
  }

  run(
    { kind, body = new Uint8Array(0) }: { readonly kind: string; readonly body?: Uint8Array },
    { client, sequence }: RequestId,
  ): Uint8Array {
    const { application } = this.host
    if (kind === 'read') return application.query(body)
    const earlier = this.ran.find((run) => run.client === client && run.sequence === sequence)
    if (earlier) return earlier.result
    const result = kind === 'write' ? application.apply(body) : new Uint8Array(0)
    this.ran.push({ client, sequence, result })
    return result
  }
}

/** As much of a protocol as a world looks at. */
export const desk = {
  name: 'desk',
  title: 'Desk',
  shape: 'decision',
  node: Desk,
  requests: {},
  roleOf: () => 'clerk',
} as unknown as Protocol

/** How requests are put at a desk. */
export const deskForms = {
  read: (body: Uint8Array, lease: boolean) => ({ kind: 'read', body, lease: lease ? 1 : 0 }),
  write: (body: Uint8Array) => ({ kind: 'write', body }),
  pay: (to: number, amount: number, fee: number) => ({ kind: 'pay', to, amount, fee }),
  configure: (voters: readonly number[], learners: readonly number[]) => ({
    kind: 'configure',
    voters,
    learners,
  }),
  transfer: (to: number | undefined) => ({ kind: 'transfer', to: to ?? 99 }),
}
