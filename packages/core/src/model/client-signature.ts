import type { NodeId, RequestId } from './identity.ts'
import { bytes, encode, natural, struct } from './schema/index.ts'

/** The identity under which a client signs: below zero, where no node is. */
export function clientSigner(client: number): NodeId {
  return -1 - client
}

const SignedRequest = struct({ client: natural, sequence: natural, body: bytes })

/** What a client signs: that under this name it asks for this. Nobody can put another request under its name. */
export function signedRequest({ client, sequence }: RequestId, body: Uint8Array): Uint8Array {
  return encode(SignedRequest, { client, sequence, body })
}
