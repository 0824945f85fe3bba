import { describe, expect, test } from 'vitest'
import { Certificate, type Signatures, TimeoutCertificate } from './hotstuff.messages.ts'
import { ScriptedCluster } from './testing/scripted-cluster.ts'

const block = new Uint8Array(32).fill(7)

function votesOf(cluster: ScriptedCluster, nodes: readonly number[], view = 5): Signatures {
  return nodes.map((node) => ({
    node,
    signature: cluster.node(node).signed({ kind: 'vote', view, block }),
  }))
}

describe('a certificate', () => {
  const cluster = new ScriptedCluster()
  const node = cluster.node(3)
  const isOne = (votes: Signatures, view = 5): boolean =>
    node.isCertificate(Certificate({ view, block, votes }))

  test('holds the votes of n − f nodes', () => {
    expect(isOne(votesOf(cluster, [0, 1, 2]))).toBe(true)
    expect(isOne(votesOf(cluster, [0, 1, 2, 3]))).toBe(true)
    expect(isOne(votesOf(cluster, [0, 1]))).toBe(false)
  })

  test('counts nobody twice, in whatever order', () => {
    expect(isOne(votesOf(cluster, [0, 1, 1]))).toBe(false)
    expect(isOne(votesOf(cluster, [1, 0, 1]))).toBe(false)
  })

  test('is for one view and one block', () => {
    expect(isOne(votesOf(cluster, [0, 1, 2], 6))).toBe(false)
    const other = Certificate({
      view: 5,
      block: new Uint8Array(32),
      votes: votesOf(cluster, [0, 1, 2]),
    })
    expect(node.isCertificate(other)).toBe(false)
  })

  test('holds nobody’s signature under another name, nor that of somebody unknown', () => {
    const [first, second, third] = votesOf(cluster, [0, 1, 2])
    const stolen = { node: 3, signature: third?.signature ?? block }
    expect(isOne([first, second, stolen] as Signatures)).toBe(false)
    expect(isOne([first, second, { node: 4, signature: block }] as Signatures)).toBe(false)
  })

  test('is not made of signatures of another kind', () => {
    const signatures = [0, 1, 2].map((signer) => ({
      node: signer,
      signature: cluster.node(signer).signed({ kind: 'newView', view: 5 }),
    }))
    expect(isOne(signatures)).toBe(false)
    expect(node.isTimeoutCertificate(TimeoutCertificate({ view: 5, signatures }))).toBe(true)
    expect(node.isTimeoutCertificate(TimeoutCertificate({ view: 6, signatures }))).toBe(false)
  })

  test('needs no votes in view 0, where there is one block alone', () => {
    expect(isOne([], 0)).toBe(false)
    expect(node.isCertificate(node.genericQC)).toBe(true)
  })
})
