import { machine, oneOf, union } from '../../model/index.ts'

/** Nodes hand a token to and fro for ever. Whoever has had it may, in its own time, find that it is done. */
export class Token extends machine({
  state: { phase: oneOf('playing', 'done') },
  message: union({ token: {} }),
  record: union({ none: {} }),
  command: union({ none: {} }),
  timers: ['enough'],
  parameters: {},
}) {
  start(): void {
    if (this.host.self === 0) this.pass()
  }

  apply(_record: { readonly kind: 'none' }): void {}

  propose(_command: { readonly kind: 'none' }): void {}

  receive(): void {
    this.host.setTimer('enough', 1)
    this.pass()
  }

  timeout(_timer: 'enough'): void {
    this.phase = 'done'
  }

  pass(): void {
    for (const peer of this.host.peers) this.host.send(peer, { kind: 'token' })
  }
}

/** Has never had enough. */
export class NeverDone extends Token {
  override timeout(_timer: 'enough'): void {
    this.host.setTimer('enough', 1)
  }
}
