/**
 * A sweep of 10,000 runs on one machine and over two workers on Redis, one of them killed with -9 in
 * the middle and another that joins late: how fast each is, and that their reports are equal.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rounded, whole } from '@quorate/core/experiments'

const launcher = new URL('../packages/cli/bin/quorate.js', import.meta.url).pathname
const runs = 10_000
const folder = mkdtempSync(join(tmpdir(), 'quorate-bench-'))
const started = new Set<ChildProcess>()

/** Runs of about a millisecond, whose jobs cost the most beside them; and of about ten. */
const sweeps = [
  ['paxos', '--chaos'],
  ['raft', '--chaos', '--for', '5s', '--clients', '2', '--think-time', '50ms'],
]

function begin(command: string, words: readonly string[]): ChildProcess {
  const child = spawn(command, words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  started.add(child)
  child.once('exit', () => started.delete(child))
  return child
}

const quorate = (...words: readonly string[]) => begin(process.execPath, [launcher, ...words])

/** What a command prints, and how long it takes. */
async function outcomeOf(child: ChildProcess): Promise<{ printed: string; seconds: number }> {
  const from = performance.now()
  let printed = ''
  child.stdout?.on('data', (text: Buffer) => {
    printed += text.toString()
  })
  await once(child, 'close')
  return { printed, seconds: (performance.now() - from) / 1000 }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const sizeOf = (file: string) => (existsSync(file) ? statSync(file).size : 0)
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').sort().join('\n')
const sleep = (millis: number) => new Promise((next) => setTimeout(next, millis))

async function compare(words: readonly string[], url: string): Promise<void> {
  const [protocol] = words
  const sweep = ['sweep', ...words, '--vary', 'nodes=3,5', '--runs', String(runs / 2), '--json']
  const [alone, shared] = ['alone', 'shared'].map((name) =>
    join(folder, `${protocol}-${name}`),
  ) as [string, string]
  const one = await outcomeOf(quorate(...sweep, '--threads', '2', '--results', alone))
  const worker = () => quorate('worker', '--redis', url, '--threads', '1')
  const [victim, second] = [worker(), worker()]
  const collector = quorate(...sweep, '--results', shared, '--engine', 'bullmq', '--redis', url)
  const outcome = outcomeOf(collector)
  while (sizeOf(shared) < sizeOf(alone) / 2) await sleep(20)
  victim.kill('SIGKILL')
  const late = worker()
  const many = await outcome
  for (const child of [second, late]) child.kill('SIGTERM')
  if (JSON.parse(one.printed).doneRuns !== runs) throw new Error('not every run was done')
  if (many.printed !== one.printed) throw new Error('the reports differ')
  if (linesOf(shared) !== linesOf(alone)) throw new Error('the results differ')
  const rate = (seconds: number) =>
    `${rounded(seconds)} s, ${whole(Math.round(runs / seconds))} runs a second`
  process.stdout.write(
    `${words.join(' ')}: ${whole(runs)} runs, the same report and the same results
  two threads of one process   ${rate(one.seconds)}
  two workers on Redis, one killed and replaced   ${rate(many.seconds)}, ${rounded(many.seconds / one.seconds)} times as long\n`,
  )
}

try {
  const port = await freePort()
  const server = begin('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
  ])
  const [failure] = await Promise.race([once(server, 'error'), sleep(500).then(() => [])])
  if (failure) process.stdout.write('redis-server is not installed: nothing is measured\n')
  else for (const words of sweeps) await compare(words, `redis://127.0.0.1:${port}`)
} finally {
  for (const child of started) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
