import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Supervisor } from './supervisor.ts'
import { startCluster } from './testing/start-cluster.ts'

interface Tip {
  readonly block: string
  readonly height: number
}

async function askBlock(cluster: Supervisor, node: number, line: string): Promise<Tip | undefined> {
  const [kind, block = '', height] = (await cluster.ask(node, line)).split(' ')
  return kind === 'ok' ? { block, height: Number(height) } : undefined
}

async function heightOf(cluster: Supervisor, node: number): Promise<number> {
  return (await askBlock(cluster, node, 'tip'))?.height ?? 0
}

/** Until these nodes have a block at this height: its id at each of them. */
async function blocksAt(cluster: Supervisor, nodes: number[], height: number): Promise<string[]> {
  for (;;) {
    const asked = nodes.map((node) => askBlock(cluster, node, `block ${height}`))
    const blocks = (await Promise.all(asked)).map((tip) => tip?.block)
    if (blocks.every((block) => block !== undefined)) return blocks as string[]
    await sleep(50)
  }
}

test('three processes that mine agree again after a cut is healed, and keep their chain when killed', async () => {
  const cluster = await startCluster({
    protocol: 'nakamoto',
    nodes: 3,
    // Two hashes a block on average, and three miners that try four times a second.
    parameters: { chain: 1, requestTimeoutMs: 500, staleTipSpacings: 0.01 },
    hashesPerSecond: 4,
    allowFaults: true,
  })
  const all = cluster.nodes
  await blocksAt(cluster, all, 3)

  await cluster.cut(0, 1)
  await cluster.cut(0, 2)
  const before = Math.max(...(await Promise.all(all.map((node) => heightOf(cluster, node)))))
  // What is mined from now on differs, for no block passes from one side to the other.
  const apart = await blocksAt(cluster, all, before + 3)
  expect(apart[0]).not.toBe(apart[1])

  await cluster.heal(0, 1)
  await cluster.heal(0, 2)
  let agreed = new Set(apart)
  while (agreed.size > 1) {
    await sleep(100)
    agreed = new Set(await blocksAt(cluster, all, before + 3))
  }

  // Six blocks deep nothing changes any more, for all practical purposes: not even by a crash.
  await blocksAt(cluster, all, before + 9)
  const deep = await blocksAt(cluster, all, before + 3)
  expect(new Set(deep).size).toBe(1)
  await Promise.all(all.map((node) => cluster.kill(node)))
  await Promise.all(all.map((node) => cluster.startNode(node)))
  expect(await blocksAt(cluster, all, before + 3)).toEqual(deep)
  expect(await cluster.ask(0, 'balance 0')).toMatch(/^ok \d+ \d+$/)
})

test('a payment is signed by one process and becomes final at another, once, however often it is asked for', async () => {
  const cluster = await startCluster({
    protocol: 'nakamoto',
    nodes: 2,
    // The fast chain: 65,537 hashes a block at first, and coins that can be spent after five blocks.
    parameters: { chain: 0, miners: 1, confirmations: 2, templateRefreshMs: 100 },
    hashesPerSecond: 200_000,
  })
  let receipt = ''
  while (!receipt.startsWith('@9:1 ok ')) {
    receipt = await cluster.ask(0, '@9:1 pay 1 1000 10')
    expect(receipt).toMatch(/^@9:1 (ok|refused|unknown) /)
    await sleep(100)
  }
  expect(receipt).toMatch(/^@9:1 ok [0-9a-f]{64} \d+$/)
  let balance = ''
  while (balance !== 'ok 1000 1') balance = await cluster.ask(1, 'balance 1')
  expect(await cluster.ask(0, '@9:1 pay 1 1000 10')).toBe(receipt)
  await blocksAt(cluster, [0, 1], (await heightOf(cluster, 0)) + 2)
  expect(await cluster.ask(1, 'balance 1')).toBe('ok 1000 1')
})
