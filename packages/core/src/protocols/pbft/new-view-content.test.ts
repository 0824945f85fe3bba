import { describe, expect, test } from 'vitest'
import { newViewContent } from './new-view-content.ts'
import {
  nullDigest,
  PrePrepare,
  PreparedCertificate,
  StableCertificate,
  ViewChange,
} from './pbft.messages.ts'

const signature = new Uint8Array(0)
const a = Uint8Array.of(1)
const b = Uint8Array.of(2)

function prepared(view: number, sequence: number, digest: Uint8Array): PreparedCertificate {
  return PreparedCertificate({
    prePrepare: PrePrepare({ view, sequence, digest, signature }),
    prepares: [],
  })
}

function viewChange(
  replica: number,
  low: number,
  ...certificates: PreparedCertificate[]
): ViewChange {
  const stable =
    low === 0 ? undefined : StableCertificate({ sequence: low, digest: a, checkpoints: [] })
  return ViewChange({ view: 9, replica, stable, prepared: certificates, signature })
}

describe('a new view begins', () => {
  test('with nothing where nothing was prepared', () => {
    const content = newViewContent([viewChange(0, 0), viewChange(1, 0), viewChange(2, 0)])
    expect(content).toEqual({ low: 0, stable: undefined, digests: [] })
  })

  test('after the latest stable checkpoint that anybody proves', () => {
    const { low, digests } = newViewContent([
      viewChange(0, 2, prepared(1, 3, a), prepared(1, 4, a), prepared(1, 5, b)),
      viewChange(1, 4),
      viewChange(2, 0),
    ])
    expect({ low, digests }).toEqual({ low: 4, digests: [b] })
  })

  test('with what was prepared in the highest view, whoever proves it and in whatever order', () => {
    const older = viewChange(0, 0, prepared(3, 1, a))
    const newer = viewChange(1, 0, prepared(5, 1, b))
    expect(newViewContent([older, newer]).digests).toEqual([b])
    expect(newViewContent([newer, older]).digests).toEqual([b])
  })

  test('with null requests in the gaps, so that what follows can be executed', () => {
    const { digests } = newViewContent([
      viewChange(0, 0, prepared(1, 2, a)),
      viewChange(1, 0, prepared(1, 4, b)),
    ])
    expect(digests).toEqual([nullDigest, a, nullDigest, b])
  })
})
