import { describe, expect, test } from 'vitest'
import { pbftCheckers, pbftInvariants } from './pbft.invariants.ts'
import { CommittedCertificate, PrePrepare, PreparedCertificate } from './pbft.messages.ts'
import { ScriptedReplicas } from './testing/scripted-replicas.ts'

const signature = new Uint8Array(0)
const a = Uint8Array.of(1)
const b = Uint8Array.of(2)

const prepared = (view: number, sequence: number, digest: Uint8Array) =>
  PreparedCertificate({
    prePrepare: PrePrepare({ view, sequence, digest, signature }),
    prepares: [],
  })
const committed = (view: number, sequence: number, digest: Uint8Array) =>
  CommittedCertificate({ view, sequence, digest, commits: [] })

/** What the checkers and the invariants say of these records at replicas 0 and 1. */
function broken(
  left: ReturnType<typeof prepared> | ReturnType<typeof committed>,
  right: ReturnType<typeof prepared> | ReturnType<typeof committed>,
): string[][] {
  const replicas = new ScriptedReplicas()
  const checkers = pbftCheckers({ nodes: [0, 1, 2, 3], parameters: {}, byzantine: new Set() })
  for (const [id, certificate] of [left, right].entries()) {
    const record =
      'prePrepare' in certificate
        ? ({ kind: 'prepared', certificate } as const)
        : ({ kind: 'committed', certificate, batch: undefined } as const)
    replicas.node(id).apply(record)
    for (const checker of checkers) checker.recorded?.(id, record, { event: id, timeMicros: 0 })
  }
  return [
    checkers.flatMap(({ property, violation }) => (violation === undefined ? [] : [property])),
    pbftInvariants.flatMap(({ property, broken }) =>
      broken(replicas.living) === undefined ? [] : [property],
    ),
  ]
}

describe('certificates', () => {
  test('of one view and sequence number must be for one batch', () => {
    const names = ['prepared certificates agree']
    expect(broken(prepared(1, 1, a), prepared(1, 1, b))).toEqual([names, names])
    expect(broken(prepared(1, 1, a), prepared(1, 1, a))).toEqual([[], []])
    expect(broken(prepared(1, 1, a), prepared(1, 2, b))).toEqual([[], []])
  })

  test('of different views may be for different batches while neither is committed', () => {
    expect(broken(prepared(1, 1, a), prepared(2, 1, b))).toEqual([[], []])
  })

  test('that prove a commitment must be for one batch in all views', () => {
    const names = ['committed certificates agree']
    expect(broken(committed(1, 1, a), committed(2, 1, b))).toEqual([names, names])
    expect(broken(committed(1, 1, a), committed(2, 1, a))).toEqual([[], []])
  })
})
