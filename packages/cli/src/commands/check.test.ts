import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, start, temporaryFolder } from '../testing/command.ts'

describe('quorate check', () => {
  test('explores the worlds of a protocol, and says how much there was to see', async () => {
    const document = await quorateJson('check', 'ben-or')
    expect(Object.keys(document)[0]).toBe('schema')
    expect(document).toMatchObject({
      schema: 'quorate.check/1',
      subject: 'ben-or',
      verdict: 'held',
      complete: true,
    })
    expect(document.worlds.length).toBeGreaterThan(1)
    const sum = document.worlds.reduce(
      (total: number, world: { uniqueStates: number }) => total + world.uniqueStates,
      0,
    )
    expect(document.uniqueStates).toBe(sum)
    expect(document.generatedStates).toBeGreaterThan(sum)
    expect(document.properties).toContainEqual({ name: 'agreement', kind: 'safety', held: true })
    for (const name of ['depth', 'seconds', 'statesPerSecond']) {
      expect(document[name]).toBeGreaterThan(0)
    }
  })

  test('explores a world of one’s own, made by flags', async () => {
    const { exitCode, stdout, stderr } = await quorate('check', 'raft', '--timeouts', 'election=1')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('✓ held: every order of events')
    expect(stdout).toContain('3 nodes, up to 1 election timeout')
    expect(stdout).toContain('667 states in up to 11 events')
  })

  test('shows a shortest way to a violation, and ends with 1', async () => {
    const bug = ['check', 'raft+two-votes-in-a-term', '--timeouts', 'election=2']
    const { exitCode, stdout } = await quorate(...bug)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('× violated: as asked: election safety: both lead term 1')
    expect(stdout).toContain('How election safety breaks in ‘as asked’, in 10 events')
    const document = await quorateJson(...bug)
    expect(document.worlds[0].counterexample).toMatchObject({
      property: 'election safety',
      nodes: [0, 1],
    })
    expect(document.worlds[0].counterexample.steps).toHaveLength(10)
    expect(document.properties).toContainEqual(
      expect.objectContaining({ name: 'election safety', held: false, steps: 10 }),
    )
  })

  test('that a bound ends before all was seen is inconclusive', async () => {
    const cut = await quorateJson('check', 'raft', '--timeouts', 'election=1', '--depth', '5')
    expect(cut).toMatchObject({ verdict: 'inconclusive', complete: false, depth: 5 })
    expect(cut.because).toContain('within 5 events in a row')
    const { exitCode } = await quorate('check', 'raft', '--timeouts', 'election=1', '--depth', '5')
    expect(exitCode).toBe(3)
  })

  test('reads a world from a file', async () => {
    const file = join(temporaryFolder(), 'world.yaml')
    writeFileSync(file, 'name: one proposer\nnodes: 3\ncommands: [{ propose: a, node: 0 }]\n')
    const document = await quorateJson('check', 'paxos', '--world', file)
    expect(document.worlds[0]).toMatchObject({ name: 'one proposer', uniqueStates: 503 })
  })

  test.for([
    [['paxos-register', '--param', 'clients=2'], 16_668],
    [['abd-register'], 544],
    [['single-copy-register'], 93],
    [['two-phase-commit', '--param', 'managers=3'], 288],
    [['two-phase-commit', '--param', 'managers=5'], 8_832],
  ] as const)('%s: as many states as others have counted', async ([model, states]) => {
    const document = await quorateJson('check', '--model', ...model)
    expect(document).toMatchObject({ verdict: 'held', complete: true, uniqueStates: states })
    expect(document.worlds[0].expectedStates).toBe(states)
    expect(document.properties.length).toBeGreaterThan(0)
  })

  test('of a model only its parameters can be chosen, and where to end', async () => {
    const model = ['check', '--model', 'paxos-register']
    for (const flags of [['--nodes', '5'], ['--crashes', '1'], ['--liveness'], ['--worlds']]) {
      const { exitCode, stdout, stderr } = await quorate(...model, ...flags)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toContain(`quorate: ${flags[0]}: of a --model, only its --param can be chosen`)
    }
    const document = await quorateJson(...model, '--depth', '5')
    expect(document).toMatchObject({ verdict: 'inconclusive', complete: false, depth: 5 })
    const ended = await quorateJson(...model, '--search', 'depth-first', '--depth', '5')
    expect(ended.uniqueStates).toBe(document.uniqueStates)
  })

  test('counts orbits where nodes are interchangeable', async () => {
    const model = ['check', '--model', 'two-phase-commit', '--param', 'managers=5']
    const document = await quorateJson(...model, '--symmetry')
    expect(document).toMatchObject({ verdict: 'held', complete: true, uniqueStates: 314 })
    expect(document.worlds[0].symmetry).toEqual({ group: 120 })
  })

  test('searches depth first in threads, and sees as many states', async () => {
    const election = ['check', 'raft', '--timeouts', 'election=1', '--search', 'depth-first']
    const document = await quorateJson(...election, '--threads', '2')
    expect(document).toMatchObject({ verdict: 'held', complete: true, uniqueStates: 667 })
    expect(document.worlds[0].certainty).toMatchObject({ kind: 'hashed', bits: 64 })
  })

  test('says of a search that proves nothing that it proves nothing', async () => {
    for (const search of ['bitstate', 'guided']) {
      const args = ['check', 'raft', '--timeouts', 'election=1', '--search', search]
      const { exitCode, stdout } = await quorate(...args)
      expect(exitCode).toBe(3)
      expect(stdout).toContain('which proves nothing')
    }
    const bug = ['check', 'raft+two-votes-in-a-term', '--timeouts', 'election=2']
    const found = await quorateJson(...bug, '--search', 'guided', '--seed', '3')
    expect(found.worlds[0]).toMatchObject({ verdict: 'violated', certainty: { kind: 'sampled' } })
  })

  test('asks whether what is to be reached in the end is', async () => {
    const document = await quorateJson('check', 'paxos', '--world', '1', '--liveness')
    expect(document.properties).toContainEqual(
      expect.objectContaining({ name: 'termination', kind: 'liveness', held: true }),
    )
    expect(document.worlds[0].liveness.assumption).toContain('strong fairness')
  })

  test('does not say that what was not decided is never reached', async () => {
    const asked = ['check', 'paxos', '--propose', 'a@0', '--propose', 'b@1', '--liveness']
    const { exitCode, stdout } = await quorate(...asked, '--states', '2000')
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/… termination +not decided/)
    expect(stdout).toMatch(/✓ agreement +in all that was seen/)
    const document = await quorateJson(...asked, '--states', '2000')
    const name = 'termination'
    const undecided = { name, kind: 'liveness', held: false, undecided: true }
    expect(document.properties).toContainEqual(undecided)
  })

  test('shows what never comes about as a way to a state and a way round, which quorate replay draws', async () => {
    const file = join(temporaryFolder(), 'lasso.json')
    const { exitCode, stdout } = await quorate('check', 'raft+never-steps-back', '--trace', file)
    expect(exitCode).toBe(1)
    const [, because = ''] = stdout.split('\n')
    expect(because).toContain(
      'progress: within the bounds the same 2 events may come again and again',
    )
    expect(stdout).toContain('in 16 events, and then 2 again and again')
    expect(stdout).toContain('progress assumes: what can happen again and again does happen')
    const replayed = await quorate('replay', file)
    expect(replayed.exitCode).toBe(1)
    expect(replayed.stdout).toContain('progress after 16 steps, and then 2 again and again')
    expect(replayed.stdout).toMatch(
      /\n17 .*appendEntries.*\n(?: .*\n)*?.*the same steps come again/,
    )
    // What does not go round is no such way.
    const found = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...found, lasso: 15 }))
    expect(await quorate('replay', file)).toMatchObject({ exitCode: 2 })
  })

  test('says before it explores what cannot be written, and leaves nothing behind', async () => {
    const folder = temporaryFolder()
    const bug = ['check', 'raft+two-votes-in-a-term', '--timeouts', 'election=2']
    const files = ['--trace', join(folder, 'trace.json'), '--html', join(folder, 'no', 'a.html')]
    const { exitCode, stdout, stderr } = await quorate(...bug, ...files)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^quorate: cannot write '.*a\.html': there is no such file or folder\n$/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('writes what breaks a property for quorate replay, and as pictures', async () => {
    const folder = temporaryFolder()
    const files = ['trace.json', 'steps.svg', 'steps.html'].map((name) => join(folder, name))
    const [trace = '', svg = '', html = ''] = files
    const bug = ['check', 'raft+two-votes-in-a-term', '--timeouts', 'election=2']
    await quorate(...bug, '--trace', trace, '--svg', svg, '--html', html)
    const replayed = await quorate('replay', trace)
    expect(replayed.exitCode).toBe(1)
    expect(replayed.stdout).toContain('election safety after 10 steps: both lead term 1')
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg/)
    expect(readFileSync(html, 'utf8')).toContain('how election safety breaks')
  })

  test('Ctrl-C ends it with what is known so far', async () => {
    // A world without end; that it has begun, its trace file shows.
    const folder = temporaryFolder()
    const endless = ['check', 'paxos', '--world', 'two proposers', '--timeouts', 'any']
    const running = start([...endless, '--trace', join(folder, 'a.json')])
    while (readdirSync(folder).length === 0) await new Promise((wake) => setTimeout(wake, 20))
    await new Promise((wake) => setTimeout(wake, 400))
    running.process.kill('SIGINT')
    const { exitCode, stdout } = await running.result
    expect(exitCode).toBe(130)
    expect(stdout).toContain('… inconclusive: two proposers: interrupted before all was seen')
  })

  test.for([
    [['check', 'raft', '--search', 'wide'], "--search 'wide': the searches are breadth-first,"],
    [['check', 'raft', '--search', 'guided', '--threads', '2'], '--threads goes with --search'],
    [['check', 'raft', '--memory', 'big'], "--memory 'big': write it like 512MB"],
    [['check', 'raft', '--symmetry', '1;2'], "--symmetry '1;2': write the nodes that are alike"],
    [['check', '--model', 'nope'], "unknown model 'nope': the models are paxos-register,"],
    [['check', 'raft', '--model', 'abd-register'], 'a protocol or a --model, not both'],
    [['check', '--model', 'abd-register', '--param', 'clients=99'], 'a whole number from 1 to 6'],
    [
      ['check', 'raft', '--timeouts', 'elecion=2'],
      "'elecion' is no timer: the timers are election",
    ],
    [['check', 'raft', '--timeouts', 'x'], "--timeouts 'x': write how many, or any"],
    [['check', 'raft', '--timeouts', 'election=1,'], 'write it like election=2,heartbeat=1'],
    [['check', 'raft', '--timeouts', 'election=1,election=2'], 'the election timer is named twice'],
    [['check', 'raft', '--memory', '1MB'], 'a breadth-first search needs 64 MB'],
    [['check', 'raft', '--world', 'nix'], "raft has no world 'nix': it has 1 '"],
    [['check', 'raft', '--propose', 'x'], 'Raft does not decide on proposals'],
    [['check', 'raft', '--at-most', 'foo=1'], "the node has no field 'foo'"],
    [['check', 'raft', '--at-most', 'foo'], "--at-most 'foo': write it like name=2"],
    [['check', 'pbft', '--twin', '3'], "--twin '3': write the node, and who sees"],
    [['check', 'pbft', '--twin', '9:1'], 'a twin of node 9: must be 0 to'],
    [['check', 'raft', '--param', 'nope=1'], 'nope'],
    [['check', 'nope'], "unknown protocol 'nope': the protocols are"],
    [['check'], 'check what?'],
  ] as const)('%s: one line, exit code 2', async ([args, line]) => {
    const { exitCode, stdout, stderr } = await quorate(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(line)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})
