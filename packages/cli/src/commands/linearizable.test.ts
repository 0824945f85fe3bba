import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, type Result, start, temporaryFolder } from '../testing/command.ts'

const log = (...events: string[]) =>
  events.map((event) => `INFO  jepsen.util - ${event.replaceAll(' ', '\t')}\n`).join('')

const fine = log('0 :invoke :write 3', '1 :invoke :read nil', '0 :ok :write 3', '1 :ok :read 3')
/** The second read goes back to the older value. */
const stale = log(
  '0 :invoke :write 1',
  '0 :ok :write 1',
  '0 :invoke :write 2',
  ':nemesis :info :start [:isolated',
  '1 :invoke :read nil',
  '1 :ok :read 2',
  '1 :invoke :read nil',
  '1 :ok :read 1',
  '2 :invoke :write 7',
)
/**
 * Swaps at once from each of six values to each other, which lead round and round and back to the first,
 * and a read of another: every order has to be ruled out.
 */
const hard = [
  operation(0, 'cas', 0, 10, [null, 0]),
  ...Array.from({ length: 36 }, (_, n) => [Math.floor(n / 6), n % 6])
    .filter(([from, to]) => from !== to)
    .map((pair, n) => operation(n + 1, 'cas', 0, 10, pair)),
  operation(40, 'read', 11, 12, 1),
].join('\n')

function operation(client: number, f: string, call: number, end: number, value: unknown): string {
  return JSON.stringify({ client, f, key: 'a', value, call, return: end })
}

function file(content: string | Uint8Array, name = 'history'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

/** Bad input: one line on stderr, nothing on stdout, exit code 2. Returns the line. */
function refusal({ exitCode, stdout, stderr }: Result): string {
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^quorate: [^\n]+\n$/)
  expect(exitCode).toBe(2)
  return stderr
}

describe('quorate linearizable', () => {
  test('says that a history is linearizable, and what it took it for', async () => {
    const path = file(fine)
    const { exitCode, stdout, stderr } = await quorate('linearizable', path)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain(
      `${path}  2 operations of 2 clients, model register (guessed), at first nil, format jepsen (guessed)\n✓ linearizable\n`,
    )
  })

  test('says where a history stops to be, and why', async () => {
    const { exitCode, stdout } = await quorate('linearizable', file(stale), '--model', 'register')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('\n× not linearizable: register, line 8, process 1: read → 1\n')
    expect(stdout).toContain(
      "process 1's read was answered 1, but in every order that explains the answers before it, the register held 2 while it was under way\n",
    )
    expect(stdout).toContain('up to the answer of line 8')
    expect(stdout).toContain('exact: the times of calls and answers leave no order')
  })

  test('prints one JSON document, whose first key is its schema', async () => {
    const report = await quorateJson('linearizable', file(stale))
    expect(Object.keys(report)[0]).toBe('schema')
    expect(report).toMatchObject({
      schema: 'quorate.linearizable/1',
      model: 'register',
      format: 'jepsen',
      guessed: ['model', 'format'],
      verdict: 'violated',
      operations: 5,
      openOperations: 2,
      clients: 3,
      faults: 1,
      parts: 1,
      certainty: 'exact',
      part: 'register',
      unplaced: { process: '1', f: 'read', result: 1, callLine: 7, returnLine: 8 },
      possibleStates: ['2'],
      longestPrefix: { operations: 3 },
    })
    expect(report.longestPrefix.order.map((one: { f: string }) => one.f)).toEqual([
      'write',
      'write',
      'read',
    ])
    const linearizable = await quorateJson('linearizable', file(fine))
    expect(linearizable.orders).toEqual([{ part: 'register', order: [1, 2] }])
  })

  test('draws the neighbourhood of a violation, and the beginning of what is linearizable', async () => {
    const folder = temporaryFolder()
    const html = join(folder, 'picture.html')
    const violated = await quorate('linearizable', file(stale), '--html', html)
    expect(violated.stderr).toBe(`The picture is in ${html}\n`)
    const page = await readFile(html, 'utf8')
    expect(page).not.toMatch(/<script|https?:\/\//)
    expect(page).toContain('class="bar unplaced"')
    expect(page).toContain(
      'aria-label="process 1: read → 1, called in line 7, answered in line 8, fits nowhere"',
    )
    expect(page).toContain(':nemesis: start')
    expect(page).toContain('class="bar open"')
    expect(page).toContain('<td class="short">fits nowhere</td>')
    // Its process is the first.
    expect(page).toMatch(/<text x="0" y="49">1<\/text><text x="0" y="97">0<\/text>/)
    await quorate('linearizable', file(fine), '--html', html)
    const other = await readFile(html, 'utf8')
    expect(other).toContain('number 2 in the order found')
    expect(other).not.toContain('fits nowhere')
  })

  test('draws nothing where it has no place: an operation may take effect after what is drawn', async () => {
    const html = join(temporaryFolder(), 'picture.html')
    const late = [
      operation(0, 'write', 0, 1000, '1'),
      ...Array.from({ length: 60 }, (_, n) => operation(1, 'read', 10 * n, 10 * n + 5, '0')),
      operation(1, 'read', 900, 950, '1'),
    ].join('\n')
    const { exitCode } = await quorate(
      'linearizable',
      file(late),
      '--initial',
      '"0"',
      '--html',
      html,
    )
    expect(exitCode).toBe(0)
    expect(await readFile(html, 'utf8')).not.toMatch(/NaN|undefined/)
  })

  test('reads the standard input, and takes what it is told of', async () => {
    const run = start(['linearizable', '-', '--initial', '0', '--json'])
    run.process.stdin?.end('{"client":"a","f":"read","value":0,"call":1,"return":2}')
    const { exitCode, stdout } = await run.result
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ file: 'standard input', initial: '0' })
  })

  test('reads what is packed, and UTF-16', async () => {
    const text = '{"client":"a","f":"read","value":null,"call":1,"return":2}'
    const contents = [gzipSync(text), Buffer.from(`\ufeff${text}`, 'utf16le')]
    const paths = contents.map((content) => file(content))
    expect((await quorate('linearizable', ...paths)).exitCode).toBe(0)
    const torn = file(gzipSync(text).subarray(0, 20))
    expect(refusal(await quorate('linearizable', torn))).toContain(`cannot read '${torn}': `)
  })

  test('says what else may be meant', async () => {
    const found = file('{"client":"a","f":"read","value":0,"call":1,"return":2}')
    const { stdout } = await quorate('linearizable', found)
    expect(stdout).toContain(
      "  unless           no operation writes 0: if it is there at first, say --initial '0'\n",
    )
    const failed = log(
      '0 :invoke :write 1',
      '0 :ok :write 1',
      '0 :invoke :cas [1 2]',
      '0 :fail :cas [1 2]',
    )
    const report = await quorateJson('linearizable', file(failed))
    expect(report.verdict).toBe('violated')
    expect(report.doubts).toEqual([expect.stringContaining('say --failed-cas nothing')])
    const told = await quorateJson('linearizable', file(failed), '--failed-cas', 'differs')
    expect([told.verdict, told.doubts]).toEqual(['violated', []])
    expect((await quorateJson('linearizable', file(stale))).doubts).toEqual([])
  })

  test('checks several files, a line each, and exits with the worst', async () => {
    const folder = temporaryFolder()
    const paths = [fine, stale, 'no history'].map((content, index) => {
      const path = join(folder, `${index}.log`)
      writeFileSync(path, content)
      return path
    })
    const [good = '', bad = '', none = ''] = paths
    const two = await quorate('linearizable', good, bad)
    expect([two.exitCode, two.stderr]).toEqual([1, ''])
    expect(two.stdout.split('\n')).toHaveLength(3)
    const three = await quorate('linearizable', ...paths)
    expect([three.exitCode, three.stdout]).toEqual([2, two.stdout])
    expect(three.stderr).toMatch(/^quorate: .*2\.log: this is no history: [^\n]+\n$/)
    const run = await start(['linearizable', good, none, '--json']).result
    expect(JSON.parse(run.stdout)).toMatchObject({
      schema: 'quorate.linearizable/1',
      histories: [{ verdict: 'linearizable' }, { file: none, error: expect.any(String) }],
    })
  })

  test('is inconclusive where a limit is reached: of states, of memory, of time', async () => {
    const path = file(hard)
    const limited = async (...flags: string[]) => {
      const { exitCode, stdout, stderr } = await quorate('linearizable', path, ...flags)
      expect([exitCode, stderr]).toEqual([3, ''])
      return stdout
    }
    expect(await limited('--limit-states', '1000')).toContain(
      '\n… inconclusive: key "a", with 32 operations, takes more than the 1000 states allowed\n',
    )
    expect(await limited('--limit-memory', '64KB')).toContain('takes more than the 65536 bytes')
    expect(await limited('--limit-seconds', '0.2')).toContain('the 0.2 seconds allowed are over')
  })

  test('ends at Ctrl-C with what is known', async () => {
    const run = start(['linearizable', file(hard), '--json'])
    // It gives no sign of life to wait for; before it listens, a signal ends it without a word.
    setTimeout(() => run.process.kill('SIGINT'), 3000)
    const { exitCode, stdout } = await run.result
    expect(exitCode).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'inconclusive', reason: 'interrupted' })
  })
})

describe('a model of one’s own', () => {
  const lock = `export default {
    initial: { holder: null },
    step(state, { f, value }, result, impossible) {
      if (f === 'acquire') return state.holder === null ? { holder: value } : impossible
      return state.holder === value ? { holder: null } : impossible
    },
  }`
  const history = [
    '{"process":0,"type":"invoke","f":"acquire","value":"a"}',
    '{"process":0,"type":"ok","f":"acquire","value":"a"}',
    '{"process":1,"type":"invoke","f":"acquire","value":"b"}',
    '{"process":1,"type":"ok","f":"acquire","value":"b"}',
  ].join('\n')

  test('is a module', async () => {
    const model = file(lock, 'lock.ts')
    const { exitCode, stdout } = await quorate('linearizable', file(history), '--model', model)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('× not linearizable: history, line 4, process 1: acquire "b"\n')
    expect(stdout).toContain('the state was {"holder":"a"} while it was under way')
  })

  test('that never ends is ended, by the limit of time', async () => {
    const model = file('export default { initial: 0, step() { for (;;); } }', 'model.ts')
    const flags = ['--model', model, '--limit-seconds', '0.5']
    const { exitCode, stdout } = await quorate('linearizable', file(history), ...flags)
    expect(exitCode).toBe(3)
    expect(stdout).toContain(
      '… inconclusive: the 0.5 seconds allowed are over, in the code of the model\n',
    )
  })

  test.each([
    ['little by little', "'x'.repeat(2 ** 18)"],
    ['in large pieces', "'\u263a'.repeat(2 ** 26)"],
  ])('that takes memory without end is ended alone, %s', async (_, piece) => {
    const code = `export default { initial: 0, step() { const all = []; for (;;) all.push([...${piece}]) } }`
    const flags = ['--model', file(code, 'model.ts'), '--limit-memory', '1MB']
    const { exitCode, stdout, stderr } = await quorate('linearizable', file(history), ...flags)
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout).toMatch(/inconclusive: the model takes more than the \d+ MB of memory allowed\n/)
  })

  test('that ends the process is refused', async () => {
    const model = file('process.exit(0)', 'model.ts')
    expect(refusal(await quorate('linearizable', file(history), '--model', model))).toContain(
      'its code ends the process, with code 0',
    )
  })

  test('that never ends is ended by Ctrl-C', async () => {
    const model = file('export default { initial: 0, step() { for (;;); } }', 'model.ts')
    const run = start(['linearizable', file(history), '--model', model, '--json'])
    // It gives no sign of life to wait for; before it listens, a signal ends it without a word.
    setTimeout(() => run.process.kill('SIGINT'), 3000)
    const { exitCode, stdout } = await run.result
    expect(exitCode).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'inconclusive', reason: 'interrupted' })
  })

  test('is refused where it is none, or not what it promises', async () => {
    const path = file(history)
    const refused = async (content: string) =>
      refusal(await quorate('linearizable', path, '--model', file(content, 'model.ts')))
    expect(await refused('export const nothing = 1')).toContain('exports no model; expected export')
    expect(await refused('export default {')).toContain('cannot be loaded')
    expect(await refused(lock.replace('step(', 'async step('))).toContain('returns a promise')
    expect(
      await refused(`${lock.slice(0, -1)} describe() { throw new Error('no text') } }`),
    ).toContain('describe throws Error: no text')
    expect(
      await refused(lock.replace("'acquire') return", "'acquire') return state.holder = value,")),
    ).toContain(
      'model.ts: step with {"f":"acquire","value":"a"} changes the state that it is given',
    )
    expect(await refused(lock.replace('{ holder: null },', 'new Map(),'))).toContain(
      'initial is a Map',
    )
    expect(await refused(lock.replace('{ holder: value }', '{ holder: Math.random() }'))).toContain(
      'is not deterministic',
    )
  })
})

test('quorate linearizable refuses bad input in one line', async () => {
  const refused = async (...args: string[]) => refusal(await quorate('linearizable', ...args))
  expect(await refused('nowhere.log')).toContain("cannot read 'nowhere.log': there is no such file")
  expect(await refused(temporaryFolder())).toContain('it is a folder')
  const torn = file(`${fine}INFO  jepsen.util - 0\t:ok\n`)
  expect(await refused(torn)).toContain(
    `${torn}: line 5: "INFO  jepsen.util - 0\\t:ok" is no event`,
  )
  expect(await refused(file(fine), '--format', 'jsonl')).toContain(
    '; it looks like jepsen, not jsonl',
  )
  expect(await refused(file(fine), '--format', 'xml')).toContain('one of jepsen, edn, jsonl')
  expect(await refused(file(fine), '--model', 'stack')).toContain('must be register, kv, or a file')
  expect(await refused(file(fine), '--limit-memory', '5')).toContain('a size such as 512MB or 4GB')
  expect(await refused(file(fine), '--limit-states', '-5')).toContain('a number above 0')
  expect(await refused(file(fine), '--initial', '{')).toContain('--initial is')
})
