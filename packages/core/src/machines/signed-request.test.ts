import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientSigner, type NodeId, type Signature, signedRequest } from '../model/index.ts'
import { Random } from '../model/random.ts'
import { IdealSignatures } from '../simulator/signatures.ts'
import { isSignedByClient, Request } from './signed-request.ts'

const signatures = new IdealSignatures(new Random(1))
const host = {
  verify: (signer: NodeId, signed: Uint8Array, signature: Signature) =>
    signatures.verify(signer, signed, signature),
}

const content = fc.record({
  client: fc.nat(3),
  sequence: fc.nat(3),
  body: fc.uint8Array({ maxLength: 2 }),
})

describe('a signed request', () => {
  test('is its client’s: under no other client, number or body does the signature pass', () => {
    fc.assert(
      fc.property(content, content, (asked, told) => {
        const signature = signatures.sign(
          clientSigner(asked.client),
          signedRequest(asked, asked.body),
        )
        const same = String(Object.values(asked)) === String(Object.values(told))
        expect(isSignedByClient(host, Request({ ...told, signature }))).toBe(same)
        expect(isSignedByClient(host, Request({ ...asked, signature }))).toBe(true)
      }),
    )
  })

  test('is not one that a node has signed', () => {
    const request = { client: 0, sequence: 1, body: new Uint8Array(1) }
    const signature = signatures.sign(0, signedRequest(request, request.body))
    expect(isSignedByClient(host, Request({ ...request, signature }))).toBe(false)
  })
})
