import { type Infer, machine, type NodeId, option, text, union } from '../../model/index.ts'
import {
  beginPut,
  clientFields,
  isClient,
  receiveAnswer,
  registerMessages,
  serversParameter,
} from './register-client.ts'

const SingleCopyMessage = union(registerMessages)
type SingleCopyMessage = Infer<typeof SingleCopyMessage>

/**
 * A register that one server holds; several servers would each hold their own, and not be
 * linearizable. The example `single-copy-register` of Stateright, by Jonathan Nadal, state for state.
 */
export class SingleCopyRegister extends machine({
  state: { value: option(text), ...clientFields },
  message: SingleCopyMessage,
  record: union({}),
  command: union({}),
  timers: [],
  parameters: { servers: serversParameter },
}) {
  start(): void {
    if (isClient(this)) beginPut(this)
  }

  receive(from: NodeId, message: SingleCopyMessage): void {
    if (isClient(this)) {
      receiveAnswer(this, message)
      return
    }
    const { request } = message
    if (message.kind === 'put') {
      this.value = message.value
      this.host.send(from, { kind: 'putOk', request })
    } else if (message.kind === 'get') {
      this.host.send(from, { kind: 'getOk', request, value: this.value })
    }
  }

  apply(_record: never): void {}

  timeout(_timer: never): void {}

  propose(_command: never): void {}
}
