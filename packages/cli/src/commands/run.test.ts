import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { campaignScenario, hunt, type RunReport, type Scenario } from '@quorate/core/experiments'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, type Result, start, temporaryFolder } from '../testing/command.ts'

const short = [
  'run',
  'raft',
  '--nodes',
  '3',
  '--for',
  '2s',
  '--clients',
  '2',
  '--think-time',
  '5ms',
]

/** Wrong use: one line on stderr, nothing on stdout, exit code 2. Returns the line. */
function refusal({ exitCode, stdout, stderr }: Result): string {
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^quorate: [^\n]+\n$/)
  expect(exitCode).toBe(2)
  return stderr
}

function written(name: string, content: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

describe('quorate run', () => {
  test('prints the verdict, the properties, the figures and the way back', async () => {
    const { exitCode, stdout, stderr } = await quorate(...short)
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^raft {2}3 nodes on lan, seed 1\n✓ held\n\n/)
    expect(stdout).toContain('\n  ✓ safety     linearizability\n')
    expect(stdout).toContain('\n  ✓ liveness   progress\n')
    expect(stdout).toMatch(/\n {2}decisions {4}[\d,]+ in 2 s of virtual time\n/)
    expect(stdout).toMatch(/\n {2}trace hash {3}[0-9a-f]{16}\n/)
    expect(stdout).toMatch(/\n {2}again {8}quorate run raft .* --think-time 5ms\n$/)
    // Neither colours nor broken lines where nobody looks at a terminal.
    expect(stdout).not.toContain('\x1b')
  })

  test('says which value was decided, by how many, and who lied', async () => {
    const { exitCode, stdout } = await quorate('run', 'paxos')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/\n {2}decided {6}'value \d' by 5 of 5 nodes\n/)
    expect(stdout).toMatch(/\n {2}ran {10}[\d.]+ ms of virtual time\n/)
    expect(stdout).toMatch(/\n {2}latency {6}p50 [\d.]+ ms/)
    const traitor = ['run', 'byzantine-generals', '--byzantine', '3=silent']
    const [text, json] = await Promise.all([quorate(...traitor), quorateJson(...traitor)])
    expect(text.stdout).toMatch(
      /^byzantine-generals {2}7 nodes on lan, Byzantine 3=silent, seed 1\n/,
    )
    expect(text.stdout).toMatch(/\n {2}decided {6}'\w+' by 6 of 6 correct nodes\n/)
    expect(json.byzantine).toEqual(['3=silent'])
    expect(json.decided).toEqual([{ value: expect.any(String), nodes: [0, 1, 2, 4, 5, 6] }])
  })

  test('says which values were decided where agreement is broken, and gives that run again', async () => {
    const flags = [
      '--nodes',
      '6',
      '--byzantine',
      '4=false-decision',
      '--byzantine',
      '5=false-decision',
    ]
    const broken = ['run', 'dls', ...flags, '--allow-excess-faults', '--seed', '2']
    const [text, json] = await Promise.all([quorate(...broken), quorateJson(...broken)])
    expect(text.exitCode).toBe(1)
    expect(text.stdout).toMatch(
      /\n {2}decided {6}'.+' by \d of 4 correct nodes: [\d, and]+\n {15}'/,
    )
    expect(JSON.parse(await shell(`${json.replay} --json || true`)).traceHash).toBe(json.traceHash)
  })

  test('of what decides nothing says for how long it ran', async () => {
    const { stdout } = await quorate('run', 'lamport-clocks', '--for', '1s', '--synchrony', 'async')
    expect(stdout).toMatch(/^lamport-clocks {2}4 nodes on lan, asynchronous, seed 1\n/)
    expect(stdout).toMatch(/\n {2}ran {10}1 s of virtual time\n/)
    expect(stdout).not.toContain('decisions')
  })

  test('tells whoever came by npm to come by npx again', async () => {
    const { result } = start(short, { npm_command: 'exec' })
    expect((await result).stdout).toMatch(/\n {2}again {8}npx quorate run raft /)
  })

  test('prints one JSON document, whose first key is its schema', async () => {
    const { exitCode, stdout, stderr } = await quorate(...short, '--json')
    const report = JSON.parse(stdout)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(Object.keys(report)[0]).toBe('schema')
    expect(report).toMatchObject({
      schema: 'quorate.run/1',
      protocol: 'raft',
      nodes: 3,
      seed: 1,
      scenario: { protocol: 'raft', nodes: 3, for: '2s', clients: 2, thinkTime: '5ms' },
      virtualSeconds: 2,
      verdict: 'held',
      traceHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(report.properties).toContainEqual({ name: 'progress', kind: 'liveness', held: true })
    const figure = expect.any(Number)
    expect(report.metrics).toMatchObject({
      decisions: figure,
      messages: figure,
      messagesPerDecision: figure,
      bytes: figure,
      latencyMs: { p50: figure, p99: figure, max: figure },
      events: figure,
      wallSeconds: figure,
      eventsPerSecond: figure,
    })
  })

  test('of a chain adds what is known of the chain', async () => {
    const { chain } = await quorateJson('run', 'nakamoto', '--until', '10')
    const figure = expect.any(Number)
    expect(chain).toMatchObject({
      height: 10,
      blocks: figure,
      staleRate: figure,
      maxReorgDepth: figure,
    })
    expect(chain.minerShares).toHaveLength(8)
  })

  test('gives the same trace hash again, another with another seed, and by the command that it prints', async () => {
    const flags = [...short, '--chaos', '--fault', 'partition:0|1,2@300ms+200ms']
    const [one, same, other] = (await Promise.all([
      quorateJson(...flags, '--seed', '7'),
      quorateJson(...flags, '--seed', '7'),
      quorateJson(...flags, '--seed', '8'),
    ])) as [RunReport, RunReport, RunReport]
    expect(same.traceHash).toBe(one.traceHash)
    expect(other.traceHash).not.toBe(one.traceHash)
    const again = await shell(`${one.replay} --json`)
    expect(JSON.parse(again).traceHash).toBe(one.traceHash)
  })

  test('says by its exit code that a property is violated, and by which evidence', async () => {
    const found = hunt('raft+vote-not-persisted', 50).found as RunReport
    const path = written('planted.json', JSON.stringify(found.scenario))
    const { exitCode, stdout } = await quorate('run', path)
    expect(exitCode).toBe(1)
    const broken = found.properties.find(({ witness }) => witness)
    expect(stdout).toContain(`\n× violated: ${broken?.name}\n`)
    expect(stdout).toContain(`  × safety     ${broken?.name}: ${broken?.witness?.message} [node`)
    expect(stdout).toContain(`trace hash   ${found.traceHash}`)
  })

  test('says by its exit code that nothing can be said, and why', async () => {
    const { exitCode, stdout } = await quorate(...short, '--fault', 'crash:majority@1s')
    expect(exitCode).toBe(3)
    expect(stdout).toContain('\n… inconclusive: progress\n')
    expect(stdout).toContain('… liveness   progress: 2 of 3 nodes are down or faulty')
    const unreached = await quorate(...short, '--until', '1000000')
    expect(unreached.exitCode).toBe(3)
    expect(unreached.stdout).toMatch(
      /\n… inconclusive: the run ended after \d+ of 1000000 decisions\n/,
    )
  })

  test('colours for a terminal that wants it, and not with NO_COLOR', async () => {
    const [coloured, plain] = await Promise.all([
      start(short, { FORCE_COLOR: '1' }).result,
      start(short, { NO_COLOR: '1', FORCE_COLOR: '1' }).result,
    ])
    expect(coloured.stdout).toContain('\x1b[')
    expect(plain.stdout).toContain('✓ held')
  })
})

describe('a scenario file', () => {
  const scenario: Scenario = {
    title: 'A leader falls',
    protocol: 'raft',
    nodes: 3,
    for: '5s',
    thinkTime: '20ms',
    faults: ['crash:leader@1s+200ms'],
    expect: { verdict: 'held' },
  }

  test('in YAML or JSON is run, with flags on top, and gives what the flags alone give', async () => {
    const yaml = written(
      'leader.yaml',
      '# A comment\ntitle: A leader falls\nprotocol: raft\nnodes: 3\nfor: 5s\nthinkTime: 20ms\nfaults:\n  - crash:leader@1s+200ms\n',
    )
    const json = written('leader.json', JSON.stringify(scenario))
    const flags = [
      '--nodes',
      '3',
      '--for',
      '5s',
      '--think-time',
      '20ms',
      '--fault',
      'crash:leader@1s+200ms',
    ]
    const [fromYaml, fromJson, fromFlags, text, changed] = await Promise.all([
      quorateJson('run', yaml),
      quorateJson('run', json),
      quorateJson('run', 'raft', ...flags),
      quorate('run', yaml),
      quorateJson('run', yaml, '--fault', 'loss:1%@0s', '--seed', '5', '--clients', '1'),
    ])
    expect(fromYaml.traceHash).toBe(fromFlags.traceHash)
    expect(fromJson.traceHash).toBe(fromFlags.traceHash)
    expect(text.stdout).toMatch(/^A leader falls\nraft {2}3 nodes/)
    expect(changed.scenario).toMatchObject({
      faults: ['crash:leader@1s+200ms', 'loss:1%@0s'],
      seed: 5,
      clients: 1,
      nodes: 3,
    })
  })

  test('may be the argument itself, as replay commands have it', async () => {
    const network = {
      regions: ['a', 'b'],
      roundTripMs: [
        [1, 5],
        [5, 1],
      ],
    }
    const inline = JSON.stringify({ ...scenario, network })
    const report = await quorateJson('run', inline)
    expect(report.scenario.network).toEqual(network)
    expect(JSON.parse(await shell(`${report.replay} --json`)).traceHash).toBe(report.traceHash)
    const file = written('network.json', JSON.stringify(network))
    const flags = [
      '--nodes',
      '3',
      '--for',
      '5s',
      '--think-time',
      '20ms',
      '--fault',
      'crash:leader@1s+200ms',
    ]
    const byFlag = await quorateJson('run', 'raft', '--network', file, ...flags)
    expect(byFlag.traceHash).toBe(report.traceHash)
  })

  test('that expects what comes holds, and fails if anything else comes', async () => {
    const violated = written(
      'v.json',
      JSON.stringify({ ...scenario, expect: { verdict: 'violated' } }),
    )
    const stuck = { ...scenario, faults: ['crash:majority@1s'] }
    const expected = { verdict: 'inconclusive', property: 'progress' }
    const inconclusive = written('i.json', JSON.stringify({ ...stuck, expect: expected }))
    const [unmet, met, unmetJson] = await Promise.all([
      quorate('run', violated),
      quorate('run', inconclusive),
      quorate('run', violated, '--json'),
    ])
    expect(unmet.exitCode).toBe(1)
    expect(unmet.stderr).toBe('quorate: this is not what the scenario expects: violated\n')
    expect([met.exitCode, met.stderr]).toEqual([0, ''])
    expect([unmetJson.exitCode, unmetJson.stderr]).toEqual([1, ''])
    expect(JSON.parse(unmetJson.stdout)).toMatchObject({ verdict: 'held', asExpected: false })
  })

  test.each([
    ['not yaml', 'a: b: c', /not-yaml\.yaml: Nested mappings are not allowed/],
    ['no object', '- raft', /no-object\.yaml: the scenario must be an object/],
    ['nothing', '', /nothing\.yaml: the scenario must be an object, not null/],
    ['twice', 'protocol: raft\nprotocol: raft', /twice\.yaml: Map keys must be unique/],
    ['unknown tag', 'protocol: !!js/function raft', /unknown-tag\.yaml: Unresolved tag/],
    [
      'bad fault',
      'protocol: raft\nfaults: [crash:9@5s]',
      /bad-fault\.yaml: fault 'crash:9@5s': there is no node 9/,
    ],
    ['bytes', '\x00\x01\x02{\x7f', /bytes\.yaml: /],
  ])('that is %s is refused in one line that names it', async (name, content, reason) => {
    const path = written(`${name.replace(' ', '-')}.yaml`, content)
    expect(refusal(await quorate('run', path))).toMatch(reason)
  })
})

describe('wrong use is refused in one line, with nothing on stdout', () => {
  test.concurrent.each<[string[], string]>([
    [['run', 'raft', '--sed', '4'], "unknown option '--sed' (Did you mean --seed?)"],
    [['run', 'raft', 'wan'], "too many arguments for 'run'"],
    [['run'], "missing required argument 'protocol|scenario'"],
    [['runn'], "unknown command 'runn' (Did you mean run?)"],
    [['run', 'rafft'], "unknown protocol 'rafft': the protocols are lamport-clocks,"],
    [['run', './nowhere'], "cannot read './nowhere': there is no such file or folder"],
    [['run', '.'], "cannot read '.': it is a folder"],
    [['run', 'raft', '--for', '-5s'], "for: '-5s' is not a time"],
    [['run', 'raft', '--nodes', '-3'], "--nodes is '-3': it must be a whole number"],
    [['run', 'raft', '--nodes', '0'], 'nodes must be at least 1, not 0'],
    [
      ['run', 'pbft', '--byzantine', '0=silent', '--byzantine', '1=silent'],
      'PBFT (n > 3f) tolerates 1: name fewer, or allow it with --allow-excess-faults',
    ],
    [['run', 'pbft', '--byzantine', '0=sings'], "byzantine '0=sings': PBFT does not know 'sings'"],
    [
      ['run', 'byzantine-generals', '--nodes', '4', '--param', 'traitors=5'],
      'parameter traitors is 5: among 4 generals it must be at most 1 (n > 3m)',
    ],
    [['run', 'raft', '--rate', 'fast'], "--rate is 'fast': it must be a number"],
    [['run', 'raft', '--fault', 'partition:0,1|1,2@5s'], 'node 1 is in two groups'],
    [['run', 'raft', '--fault', 'crash:\n7@5s'], "fault 'crash:\\n7@5s'"],
    [['run', 'raft', '--network', 'nowhere.json'], "cannot read 'nowhere.json'"],
    [
      ['run', 'raft', '--param', 'heartbeatMs'],
      "--param 'heartbeatMs': write it like heartbeatMs=50",
    ],
    [['run', 'raft', '--param', '__proto__=5'], "unknown parameter '__proto__'"],
    [
      ['run', 'nakamoto', '--hash-power', '1,x'],
      "--hash-power '1,x': write one number for each node",
    ],
  ])('%j: %s', async (args, reason) => {
    expect(refusal(await quorate(...args))).toContain(reason)
  })
})

describe('quorate run --trace', () => {
  test('leaves a whole file, over an earlier one and through a link, and nothing beside it', async () => {
    const folder = temporaryFolder()
    const target = join(folder, 'a.trace')
    const link = join(folder, 'link.trace')
    writeFileSync(target, 'an earlier file')
    symlinkSync(target, link)
    const { exitCode, stderr } = await quorate(...short, '--trace', link)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(readdirSync(folder).sort()).toEqual(['a.trace', 'link.trace'])
    expect(readFileSync(target).subarray(0, 15).toString()).toBe('quorate trace 1')
  })

  test('to where nothing can be written fails at once, and leaves nothing', async () => {
    const folder = temporaryFolder()
    const missing = join(folder, 'missing', 'a.trace')
    const [noFolder, isFolder, badScenario] = await Promise.all([
      quorate('run', 'raft', '--for', '36500d', '--trace', missing),
      quorate('run', 'raft', '--for', '36500d', '--trace', folder),
      quorate('run', 'raft', '--fault', 'nonsense', '--trace', join(folder, 'a.trace')),
    ])
    expect(refusal(noFolder)).toContain(
      `cannot write '${missing}': there is no such file or folder`,
    )
    expect(refusal(isFolder)).toContain(`cannot write '${folder}': it is a folder`)
    refusal(badScenario)
    expect(readdirSync(folder)).toEqual([])
  })

  test('to what is no regular file writes into it, and does not replace it', async () => {
    const { exitCode } = await quorate(...short, '--trace', '/dev/null')
    expect(exitCode).toBe(0)
    expect(readFileSync('/dev/null', 'utf8')).toBe('')
  })
})

describe('an interrupted run', () => {
  const long = ['run', 'raft', '--for', '36500d', '--think-time', '100ms']

  /** Lets a command run until it has begun, as its trace file shows, and interrupts it. */
  async function interrupted(signal: NodeJS.Signals, ...flags: string[]) {
    const folder = temporaryFolder()
    const trace = join(folder, 'a.trace')
    const { process, result } = start([...long, '--trace', trace, ...flags])
    while (readdirSync(folder).length === 0) await new Promise((wake) => setTimeout(wake, 20))
    await new Promise((wake) => setTimeout(wake, 400))
    process.kill(signal)
    return { ...(await result), trace, folder }
  }

  test('prints what is known so far, keeps its trace, and says so by its exit code', async () => {
    const { exitCode, stdout, stderr, trace, folder } = await interrupted('SIGINT')
    expect([exitCode, stderr]).toEqual([130, ''])
    expect(stdout).toMatch(/\n… inconclusive: interrupted at [\d.]+\w+, before the run was over\n/)
    expect(stdout).toContain('✓ safety     state-machine safety')
    expect(readdirSync(folder)).toEqual(['a.trace'])
    const replayed = await quorateJson('replay', trace)
    expect(stdout).toContain(`trace hash   ${replayed.traceHash}\n`)
    expect(replayed.because).toMatch(/^interrupted at/)
  })

  test('prints its JSON document all the same', async () => {
    const { exitCode, stdout } = await interrupted('SIGTERM', '--json')
    expect(exitCode).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'quorate.run/1', verdict: 'inconclusive' })
  })
})

test('a reader that has seen enough ends the command quietly', async () => {
  const output = await shell('quorate list --json | head -c 10; quorate list | head -1')
  expect(output).toMatch(/^\{\n {2}"schem\d+ protocols/)
})

test('the campaign’s scenarios are those that the command runs', async () => {
  const scenario = campaignScenario('raft', 3)
  const report = await quorateJson('run', JSON.stringify(scenario))
  expect(report.scenario).toEqual(scenario)
  expect(report.verdict).toBe('held')
})

/** Runs a line of shell in which `quorate` is this command; anything on stderr fails the test. */
function shell(line: string): Promise<string> {
  const launcher = join(import.meta.dirname, '../../bin/quorate.js')
  const { NODE_OPTIONS: _, ...env } = process.env
  const script = `quorate() { "${process.execPath}" "${launcher}" "$@"; }\n${line}`
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', script], { env, maxBuffer: 1 << 28 }, (_, stdout, stderr) => {
      if (stderr === '') resolve(stdout)
      else reject(new Error(stderr))
    })
  })
}

describe('a violated run', () => {
  const settings = '--chaos --seed 11 --for 6s --think-time 20ms'.split(' ')
  const violated = ['run', 'raft+vote-not-persisted', ...settings]

  test('is reduced, and the command that is printed shows the same violation', async () => {
    const { exitCode, stdout } = await quorate(...violated)
    expect(exitCode).toBe(1)
    const [, how = '', because = '', command = ''] =
      /\n {2}shrunk {7}(.*)\n {15}(.*)\n {15}quorate run '(.*)'\n\n/.exec(stdout) ?? []
    expect(how).toMatch(/^5 nodes, .* events → 2 nodes, 1 fault, \d\d events$/)
    expect(because).toMatch(/^vote durability: /)
    // And its few events are drawn.
    const story = stdout.slice(stdout.indexOf(command) + command.length)
    expect(story).toMatch(/^'\n\n +node 0 +node 1\n/)
    expect(story).toContain('requestVote')
    expect(story).toMatch(/node \d restarts\n.*× vote durability: /)
    const again = await quorate('run', command)
    expect(again.stdout).toContain('× violated: vote durability')
    // It is what the reduced scenario expects, and is not reduced any more.
    expect(again.exitCode).toBe(0)
    expect(again.stdout).not.toContain('shrunk')
  })

  test('is kept as a scenario file, and is part of the JSON document', async () => {
    for (const name of ['smallest.yaml', 'smallest.json']) {
      const path = join(temporaryFolder(), name)
      const report = await quorateJson(...violated, '--shrunk', path)
      expect(report.shrunk).toMatchObject({ property: 'vote durability', complete: true })
      const again = await quorateJson('run', path)
      expect(again.scenario).toEqual(report.shrunk.scenario)
      expect(again).toMatchObject({ verdict: 'violated', asExpected: true })
      expect(again.metrics.events).toBe(report.shrunk.to.events)
    }
  })

  test('is left as it is where that is asked for', async () => {
    expect((await quorate(...violated, '--no-shrink')).stdout).not.toContain('shrunk')
    expect(await quorateJson(...violated, '--no-shrink')).not.toHaveProperty('shrunk')
    const both = await quorate(...violated, '--no-shrink', '--shrunk', 'x.yaml')
    expect(refusal(both)).toContain('--shrunk and --no-shrink: give one of them')
  })
})
