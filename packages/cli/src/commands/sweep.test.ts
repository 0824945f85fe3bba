import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { quorate, type Result, type Running, start, temporaryFolder } from '../testing/command.ts'

const small = ['sweep', 'paxos', '--chaos', '--vary', 'nodes=3,5', '--runs', '20']

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to find.
type Document = any

function reportOf({ stdout }: Result): Document {
  return JSON.parse(stdout)
}

/** How many results a file has. */
function resultsIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 2 : 0
}

/** Waits for something that a running command does. */
async function until(condition: () => boolean, { process }: Running): Promise<void> {
  while (!condition()) {
    if (process.exitCode !== null) throw new Error('the command has ended')
    await new Promise((next) => setTimeout(next, 20))
  }
}

describe('quorate sweep', () => {
  test('shows a line a point, with intervals, and keeps each result in a file', async () => {
    const file = join(temporaryFolder(), 'results.jsonl')
    const { exitCode, stdout, stderr } = await quorate(...small, '--results', file)
    expect(exitCode).toBe(0)
    expect(stderr).toBe(`Results are kept in ${file}\n`)
    expect(stdout).toMatch(
      /^paxos: 40 runs, 2 points, each with seeds 1-20 \(sweep [0-9a-f]{16}\)\n/,
    )
    expect(stdout).toMatch(/held +40\n/)
    expect(stdout).toMatch(/\n {2}nodes 3 +100% \[83\.9, 100\] +0\.\d+ \[/)
    expect(stdout).toMatch(/\n {2}nodes 5 +100%/)
    const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(JSON.parse(header as string).schema).toBe('quorate.sweep-results/1')
    expect(lines).toHaveLength(40)
  })

  test('prints one document with --json, the same in one thread and in two', async () => {
    const folder = temporaryFolder()
    const [one, two] = await Promise.all(
      ['1', '2'].map((threads) =>
        quorate(...small, '--json', '--threads', threads, '--results', join(folder, threads)),
      ),
    )
    expect(one?.stdout).toBe(two?.stdout)
    const report = reportOf(one as Result)
    expect(Object.keys(report)[0]).toBe('schema')
    expect(report.schema).toBe('quorate.sweep/1')
    expect(report.complete).toBe(true)
    expect(report.doneRuns).toBe(40)
    expect(report.points[0].settings).toEqual({ nodes: 3 })
    expect(report.points[0].measures.latencyP50Ms.median.low).toBeGreaterThan(0)
    expect(report.runsHash).toMatch(/^[0-9a-f]{16}$/)
  })

  test('does the runs that quorate run does', async () => {
    const file = join(temporaryFolder(), 'results')
    await quorate('sweep', 'raft', '--for', '3s', '--seeds', '7', '--results', file)
    const { row } = JSON.parse(readFileSync(file, 'utf8').split('\n')[1] as string)
    const run = reportOf(await quorate('run', 'raft', '--for', '3s', '--seed', '7', '--json'))
    expect(row.traceHash).toBe(run.traceHash)
    expect(row.latencyMs).toEqual(run.metrics.latencyMs)
    expect(row.messages).toBe(run.metrics.messages)
  })

  test('reads a sweep from a file, and puts flags on top', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'sweep.yaml')
    writeFileSync(
      file,
      'scenario: { protocol: paxos, chaos: true }\nvary: { nodes: [3], clients: [1, 2] }\nseeds: 5-6\n',
    )
    const flags = ['--vary', 'nodes=5,7', '--json', '--results', join(folder, 'results')]
    const { sweep, points, doneRuns } = reportOf(await quorate('sweep', file, ...flags))
    expect(sweep.seeds).toBe('5-6')
    expect(points.map(({ label }: Document) => label)).toEqual([
      'nodes 5, clients 1',
      'nodes 5, clients 2',
      'nodes 7, clients 1',
      'nodes 7, clients 2',
    ])
    expect(doneRuns).toBe(8)
  })

  test('writes a page with plots that stands by itself', async () => {
    const folder = temporaryFolder()
    const page = join(folder, 'page.html')
    const varied = ['--vary', 'network=lan,wan', '--html', page, '--results', join(folder, 'r')]
    const { exitCode } = await quorate(...small, ...varied)
    expect(exitCode).toBe(0)
    const text = readFileSync(page, 'utf8')
    expect(text).toMatch(/^<!doctype html>/)
    expect(text).toContain('By nodes')
    expect(text).toContain('By network')
    expect(text).toContain('class="line error t1"')
    expect(text).toContain('class="line interval t1"')
    expect(text).not.toMatch(/(src|href)=/)
    expect(text).not.toMatch(/NaN|undefined/)
  })
})

describe('failing seeds', () => {
  const failing = ['sweep', 'paxos+ballots-shared', '--chaos', '--runs', '30']

  test('are made smaller, with a command that shows the same violation', async () => {
    const folder = temporaryFolder()
    const page = join(folder, 'page.html')
    const flags = ['--results', join(folder, 'results'), '--html', page]
    const swept = await quorate(...failing, ...flags, '--json')
    expect(swept.exitCode).toBe(1)
    const { failed, failures } = reportOf(swept)
    expect(failed).toBeGreaterThan(0)
    const [{ property, replay, shrunk }] = failures
    expect(shrunk.to.events).toBeLessThan(shrunk.from.events)
    expect(readFileSync(page, 'utf8')).toContain('Made smaller: ')
    for (const command of [replay, shrunk.replay]) {
      // As somebody pastes it into a shell.
      const words = spawnSync('sh', ['-c', `printf '%s\\0' ${command.slice('quorate '.length)}`])
      const again = await quorate(...words.stdout.toString().split('\0').slice(0, -1), '--json')
      const violated = reportOf(again).properties.find(({ witness }: Document) => witness)
      expect(violated.name).toBe(property)
    }
    const text = await quorate(...failing, '--results', join(folder, 'results'))
    expect(text.stdout).toMatch(/\n {4}shrunk +\d+ nodes, .* → \d+ nodes?, /)
  })

  test('are those that a scenario does not expect', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'scenario.yaml')
    writeFileSync(file, 'protocol: paxos\nexpect: { verdict: violated }\n')
    const words = ['sweep', file, '--runs', '3', '--json', '--results', join(folder, 'results')]
    const { exitCode, stdout } = await quorate(...words)
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout).failures[0].because).toBe('it held')
  })
})

describe('an interrupted sweep', () => {
  const short = ['--for', '5s', '--clients', '2', '--think-time', '50ms']
  const long = ['sweep', 'raft', ...short, '--vary', 'nodes=3,5', '--runs', '60', '--json']

  test('goes on after a kill -9, to the report of one that was not interrupted', async () => {
    const folder = temporaryFolder()
    const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')]
    const { stdout } = await quorate(...long, '--results', whole)
    const first = start([...long, '--results', killed])
    await until(() => resultsIn(killed) >= 5, first)
    first.process.kill('SIGKILL')
    await first.result
    const before = resultsIn(killed)
    expect(before).toBeLessThan(120)
    // As if the machine had lost its power in the middle of a line.
    appendFileSync(killed, '{"kind":"run","row":{"run":77,"se')
    const again = await quorate(...long, '--results', killed)
    expect(again.stderr).toBe(`${killed} has ${before} of 120 runs\n`)
    expect(again.stdout).toBe(stdout)
    const torn = (line: string) => line.endsWith('"se')
    const lines = (file: string) => readFileSync(file, 'utf8').split('\n').sort()
    expect(lines(killed).filter((line) => !torn(line))).toEqual(lines(whole))
  })

  test('says what is known so far on Ctrl-C, and the same command goes on', async () => {
    const file = join(temporaryFolder(), 'results')
    const running = start([...long, '--results', file])
    await until(() => resultsIn(file) >= 3, running)
    running.process.kill('SIGINT')
    const interrupted = await running.result
    expect(interrupted.exitCode).toBe(130)
    expect(interrupted.stderr).toContain('the same command goes on where this one ended\n')
    const { complete, doneRuns } = reportOf(interrupted)
    expect(complete).toBe(false)
    expect(doneRuns).toBe(resultsIn(file))
    const done = reportOf(await quorate(...long, '--results', file))
    expect(done.complete).toBe(true)
    expect(resultsIn(file)).toBe(120)
    // A complete one is only read.
    const text = readFileSync(file, 'utf8')
    expect(reportOf(await quorate(...long, '--results', file))).toEqual(done)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

describe('wrong use is said in one line', () => {
  test.each([
    [['raft', '--vary', 'network=lan,moon'], /at network moon/],
    [['raft', '--engine', 'bullmq'], /needs --redis/],
    [['raft', '--redis', 'redis://127.0.0.1'], /--redis is for --engine bullmq/],
    [['raft', '--results', '/nosuch/folder/results'], /cannot write '\/nosuch\/folder\/results'/],
  ])('quorate sweep %j', async (words, message) => {
    const { exitCode, stdout, stderr } = await quorate('sweep', ...words)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})
