import {
  bool,
  type Infer,
  machine,
  map,
  type NodeId,
  natural,
  nodeId,
  nodeSet,
  option,
  struct,
  text,
  union,
} from '../../model/index.ts'
import {
  beginPut,
  clientFields,
  isClient,
  otherServers,
  type RegisterMessage,
  receiveAnswer,
  registerMessages,
  serversParameter,
} from './register-client.ts'

/** A value under its version: there are never two values with the same version. */
const Version = struct({ sequence: natural, server: nodeId })
type Version = Infer<typeof Version>
const Versioned = struct({ version: Version, value: option(text) })

const AbdMessage = union({
  ...registerMessages,
  query: { request: natural },
  ackQuery: { request: natural, held: Versioned },
  record: { request: natural, held: Versioned },
  ackRecord: { request: natural },
})
type AbdMessage = Infer<typeof AbdMessage>
type Message<K extends AbdMessage['kind']> = Extract<AbdMessage, { kind: K }>

/** The first phase of a request: asking a majority what it holds. */
const Query = struct({
  request: natural,
  requester: nodeId,
  /** What is to be written; absent for a get. */
  write: option(text),
  responses: map(nodeId, Versioned),
})

/** The second: having a majority hold what was put, or what the get will be answered. */
const Recording = struct({
  request: natural,
  requester: nodeId,
  isGet: bool,
  value: option(text),
  acks: nodeSet,
})

/**
 * A linearizable register on servers of which a minority may be silent: Attiya, Bar-Noy and Dolev,
 * "Sharing Memory Robustly in Message-Passing Systems" (1995), with many writers. The example
 * `linearizable-register` of Stateright, by Jonathan Nadal, state for state.
 */
export class AbdRegister extends machine({
  state: {
    /** What this server holds. */
    held: Versioned,
    /** Of the one request that this server is working on, its phase. */
    query: option(Query),
    recording: option(Recording),
    ...clientFields,
  },
  message: AbdMessage,
  record: union({}),
  command: union({}),
  timers: [],
  parameters: { servers: serversParameter },
}) {
  get majority(): number {
    return Math.floor(this.parameters.servers / 2) + 1
  }

  start(): void {
    if (isClient(this)) beginPut(this)
    else this.held = { version: { sequence: 0, server: this.host.self }, value: undefined }
  }

  receive(from: NodeId, message: AbdMessage): void {
    if (isClient(this)) receiveAnswer(this, message as RegisterMessage)
    else this.serve(from, message)
  }

  apply(_record: never): void {}

  timeout(_timer: never): void {}

  propose(_command: never): void {}

  serve(from: NodeId, message: AbdMessage): void {
    switch (message.kind) {
      case 'put':
        return this.begin(from, message.request, message.value)
      case 'get':
        return this.begin(from, message.request, undefined)
      case 'query':
        return this.host.send(from, {
          kind: 'ackQuery',
          request: message.request,
          held: { ...this.held },
        })
      case 'ackQuery':
        return this.onAckQuery(from, message)
      case 'record':
        this.adopt(message.held)
        return this.host.send(from, { kind: 'ackRecord', request: message.request })
      case 'ackRecord':
        return this.onAckRecord(from, message)
      case 'getOk':
      case 'putOk':
        return
    }
  }

  /** Who is busy leaves the request in flight. */
  begin(requester: NodeId, request: number, write: string | undefined): void {
    if (this.query || this.recording) return
    const responses = new Map([[this.host.self, this.held]])
    this.query = { request, requester, write, responses }
    this.broadcast({ kind: 'query', request })
  }

  onAckQuery(from: NodeId, { request, held }: Message<'ackQuery'>): void {
    const { query } = this
    if (query?.request !== request) return
    query.responses.set(from, held)
    if (query.responses.size === this.majority) this.beginRecording(query)
  }

  /** A write takes a version above all that a majority holds; a read helps the highest to a majority. */
  beginRecording({ request, requester, write, responses }: Infer<typeof Query>): void {
    const highest = [...responses.values()].reduce((one, other) =>
      compareVersions(other.version, one.version) > 0 ? other : one,
    )
    const isGet = write === undefined
    const held = isGet ? highest : { version: this.versionAbove(highest.version), value: write }
    this.query = undefined
    this.recording = {
      request,
      requester,
      isGet,
      value: held.value,
      acks: new Set([this.host.self]),
    }
    this.adopt(held)
    this.broadcast({ kind: 'record', request, held: { ...held } })
  }

  versionAbove({ sequence }: Readonly<Version>): Version {
    return { sequence: sequence + 1, server: this.host.self }
  }

  onAckRecord(from: NodeId, { request }: Message<'ackRecord'>): void {
    const { recording } = this
    if (recording?.request !== request) return
    recording.acks.add(from)
    if (recording.acks.size !== this.majority) return
    const { requester, isGet, value } = recording
    this.host.send(
      requester,
      isGet ? { kind: 'getOk', request, value } : { kind: 'putOk', request },
    )
    this.recording = undefined
  }

  /** Holds what is newer than what it holds. */
  adopt({
    version,
    value,
  }: {
    readonly version: Readonly<Version>
    readonly value: string | undefined
  }): void {
    if (compareVersions(version, this.held.version) > 0) this.held = { version, value }
  }

  /** To the other servers; clients are not spoken to unless they have asked. */
  override broadcast(message: AbdMessage): void {
    for (const server of otherServers(this)) this.host.send(server, message)
  }
}

function compareVersions(left: Readonly<Version>, right: Readonly<Version>): number {
  return left.sequence - right.sequence || left.server - right.server
}
