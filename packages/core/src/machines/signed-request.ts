import {
  bytes,
  clientSigner,
  type Host,
  type Infer,
  natural,
  shared,
  signedRequest,
} from '../model/index.ts'

/** What a client asks for, under its own signature: no node can make one up. */
export const Request = shared('Request', {
  client: natural,
  sequence: natural,
  body: bytes,
  signature: bytes,
})
export type Request = Infer<typeof Request>

/** Did the client itself ask for this? */
export function isSignedByClient(
  host: Pick<Host<unknown, unknown, string>, 'verify'>,
  request: Request,
): boolean {
  const { client, body, signature } = request
  return host.verify(clientSigner(client), signedRequest(request, body), signature)
}
