import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientSigner, signedRequest } from './client-signature.ts'
import { equalBytes } from './schema/index.ts'

test('no two requests are signed as the same bytes', () => {
  const request = fc.record({ client: fc.nat(), sequence: fc.nat() })
  const body = fc.uint8Array({ maxLength: 20 })
  fc.assert(
    fc.property(request, body, request, body, (one, oneBody, other, otherBody) => {
      const same =
        one.client === other.client &&
        one.sequence === other.sequence &&
        equalBytes(oneBody, otherBody)
      expect(equalBytes(signedRequest(one, oneBody), signedRequest(other, otherBody))).toBe(same)
    }),
  )
})

test('no client signs as a node does', () => {
  fc.assert(
    fc.property(fc.nat(), (client) => {
      expect(clientSigner(client)).toBeLessThan(0)
    }),
  )
})
