import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { ClusterClient } from './client/client.ts'
import { BadRequestError, RefusedError, UnknownOutcomeError } from './client/client-errors.ts'
import type { Supervisor } from './supervisor.ts'
import { quickRaft, startCluster, steadyRaft } from './testing/start-cluster.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'
import { Writers } from './testing/writers.ts'

const threeNodes = { protocol: 'raft', nodes: 3, parameters: quickRaft } as const

function clientOf(cluster: Supervisor, timeoutMs = 30_000): ClusterClient {
  const client = cluster.client({ timeoutMs, attemptTimeoutMs: 1_000 })
  onTestFinished(() => client.close())
  return client
}

/** The node that leads, as all that answer see it. */
async function leaderOf(cluster: Supervisor): Promise<number> {
  for (;;) {
    for (const node of cluster.nodes) {
      if (cluster.processOf(node) === undefined) continue
      const status = await cluster.ask(node, 'status')
      if (status.includes(' role=leader ')) return node
    }
    await sleep(20)
  }
}

test('three processes keep keys and values for clients, whichever node they ask', async () => {
  const cluster = await startCluster(threeNodes)
  const client = clientOf(cluster)
  await client.put('a key', 'a value with 100% of\nthe characters\u{1F642}')
  expect(await client.get('a key')).toBe('a value with 100% of\nthe characters\u{1F642}')
  expect(await client.get('nothing')).toBeUndefined()
  await client.put('empty', '')
  expect(await client.get('empty')).toBe('')
  expect(await client.compareAndSwap('a key', 'not this', 'x')).toBe(false)
  expect(await client.compareAndSwap('empty', '', 'full')).toBe(true)
  expect(await client.compareAndSwap('new', undefined, '1')).toBe(true)
  expect(await client.compareAndSwap('new', undefined, '2')).toBe(false)
  expect(await client.range('', 10)).toEqual([
    ['a key', 'a value with 100% of\nthe characters\u{1F642}'],
    ['empty', 'full'],
    ['new', '1'],
  ])
  expect(await client.delete('new')).toBe(true)
  expect(await client.delete('new')).toBe(false)
  await expect(client.put('', 'x'.repeat((1 << 20) + 1))).rejects.toThrow(BadRequestError)
  for (const node of cluster.nodes) {
    let answer = 'refused'
    while (answer.startsWith('refused')) answer = await cluster.ask(node, 'get empty')
    expect(answer).toBe('ok full')
  }
})

test('a line can be typed by hand, and a wrong one is told what would be right', async () => {
  const cluster = await startCluster({ ...threeNodes, parameters: steadyRaft })
  const leader = await leaderOf(cluster)
  const follower = (leader + 1) % 3
  expect(await cluster.ask(leader, 'put fruit apple')).toBe('ok')
  expect(await cluster.ask(leader, 'get fruit')).toBe('ok apple')
  const { port } = cluster.clientAddresses[leader] ?? {}
  const refusal = await cluster.ask(follower, 'put fruit pear')
  expect(refusal).toBe(`refused not-the-leader node=${leader} port=${port}`)
  const answers = await cluster.ask(
    leader,
    'put a b c\nhello\n@x get a\nget 5%\nrange a 0\ncut 1\nget fruit',
  )
  expect(answers.split('\n')).toEqual([
    "error write 'put KEY VALUE', with one space between words",
    expect.stringMatching(/^error unknown verb 'hello': there are get, put, /),
    "@x error '@x' is no name of a request: write @CLIENT:SEQUENCE, two numbers",
    "error '5%' has a % that begins no escape: write %25 for a percent sign",
    'error limit is 0; expected 1 to 10000',
    expect.stringMatching(/^error unknown verb 'cut'/),
    'ok apple',
  ])
  expect(await cluster.ask(leader, 'status')).toMatch(
    /^ok node=\d protocol=raft role=leader recorded=\d+ durable=\d+ connected=[\d,]+ dropped=\d+ currentTerm=\d/,
  )
  await expect(cluster.cut(0, 1)).rejects.toThrow(
    "node 0 answered 'cut 1' with 'error unknown verb",
  )
})

test('the same request sent again is done once, even to the next leader', async () => {
  const cluster = await startCluster({ ...threeNodes, parameters: steadyRaft })
  const leader = await leaderOf(cluster)
  expect(await cluster.ask(leader, '@77:1 create k v')).toBe('@77:1 ok swapped')
  expect(await cluster.ask(leader, '@77:1 create k v')).toBe('@77:1 ok swapped')
  expect(await cluster.ask(leader, '@77:2 create k v')).toBe('@77:2 ok unchanged')
  await cluster.kill(leader)
  const next = await leaderOf(cluster)
  expect(next).not.toBe(leader)
  // The new leader refuses until it has committed an entry of its own term.
  let answer = ''
  while (!answer.startsWith('@77:2 ok')) answer = await cluster.ask(next, '@77:2 create k v')
  expect(answer).toBe('@77:2 ok unchanged')
})

test('a leader that is cut off acknowledges nothing, while the others go on without it', async () => {
  const cluster = await startCluster({ ...threeNodes, allowFaults: true })
  const client = clientOf(cluster)
  await client.put('k', 'before')
  const leader = await leaderOf(cluster)
  const others = cluster.nodes.filter((node) => node !== leader)
  for (const other of others) await cluster.cut(leader, other)
  const atMinority = cluster.ask(leader, 'put k minority')
  await client.put('k', 'majority')
  for (const other of others) await cluster.heal(leader, other)
  let answer = 'refused'
  while (!answer.startsWith('ok')) answer = await cluster.ask(leader, 'get k')
  expect(answer).toBe('ok majority')
  await cluster.kill(leader)
  expect(await atMinority).not.toMatch(/^ok/)
})

test('a write that could not be sent was certainly not done', async () => {
  const cluster = await startCluster(threeNodes)
  for (const node of cluster.nodes) await cluster.kill(node)
  await expect(clientOf(cluster, 500).put('k', 'v')).rejects.toThrow(RefusedError)
})

test('a write that was sent and not answered has an unknown outcome, which is no refusal', async () => {
  const cluster = await startCluster({ ...threeNodes, parameters: steadyRaft })
  const leader = await leaderOf(cluster)
  for (const node of cluster.nodes) if (node !== leader) await cluster.kill(node)
  const client = clientOf(cluster, 1_000)
  await expect(client.put('k', 'v')).rejects.toThrow(UnknownOutcomeError)
})

test('the end of any node, without warning, loses nothing that was acknowledged', async () => {
  const cluster = await startCluster(threeNodes)
  const client = clientOf(cluster)
  const writers = new Writers()
  writers.start(client, 8, 'w')
  await writers.more(20)
  for (const victim of ['leader', 'follower', 'leader'] as const) {
    const leader = await leaderOf(cluster)
    const node = victim === 'leader' ? leader : (leader + 1) % 3
    await cluster.kill(node)
    await writers.more(20)
    await cluster.startNode(node)
    await writers.more(20)
  }
  await writers.stop()
  await writers.check(client)
})

test('the end of all nodes at once, twenty times, loses nothing that was acknowledged', async () => {
  // The logs are replaced by checkpoints on the way.
  const cluster = await startCluster({ ...threeNodes, checkpointBytes: 20_000 })
  const writers = new Writers()
  for (let round = 0; round < 20; round += 1) {
    const client = clientOf(cluster)
    writers.start(client, 6, `${round}`)
    await writers.more(15)
    await Promise.all(cluster.nodes.map((node) => cluster.kill(node)))
    client.close()
    await writers.stop()
    await Promise.all(cluster.nodes.map((node) => cluster.startNode(node)))
  }
  expect(writers.acknowledged.size).toBeGreaterThanOrEqual(300)
  await writers.check(clientOf(cluster))
}, 300_000)

test('no node outlives the process that started it', async () => {
  const module = new URL('./supervisor.ts', import.meta.url).href
  const directory = temporaryDirectory()
  const program = `const { Supervisor } = await import('${module}')
    const cluster = await Supervisor.start(${JSON.stringify({ ...threeNodes, directory })})
    console.log(cluster.nodes.map((node) => cluster.processOf(node)).join(' '))
    setInterval(() => {}, 1000)`
  const starter = spawn(
    process.execPath,
    ['--conditions=quorate-source', '--input-type=module', '-e', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [output] = await once(starter.stdout, 'data')
  const processes = String(output).trim().split(' ').map(Number)
  expect(processes).toHaveLength(3)
  expect(processes.every(isRunning)).toBe(true)
  starter.kill('SIGKILL')
  while (processes.some(isRunning)) await sleep(20)
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
