import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeCounterexample, explore, worldOptions } from '@quorate/core/explorer'
import { variantNamed } from '@quorate/core/protocols'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson, temporaryFolder } from '../testing/command.ts'

const name = 'raft+two-votes-in-a-term'
const { protocol, node } = variantNamed(name)
const world = { name: 'two candidates', nodes: 3, bounds: { timeouts: { election: 2 } } }
const violation = explore(worldOptions(protocol, world, node)).violation
if (!violation) throw new Error('the planted bug does not show')
const { property, message, nodes, path: steps } = violation
const found = encodeCounterexample({
  quorate: '0.0.9',
  protocol: name,
  world,
  property,
  message,
  nodes,
  steps,
})

function written(content: string | Buffer = found, file = 'found.json'): string {
  const path = join(temporaryFolder(), file)
  writeFileSync(path, content)
  return path
}

describe('quorate replay of a counterexample', () => {
  test('takes its steps again, draws them, and says what is broken', async () => {
    const { exitCode, stdout, stderr } = await quorate('replay', written())
    expect([exitCode, stderr]).toEqual([1, ''])
    const lines = stdout.split('\n')
    expect(lines[0]).toBe('raft+two-votes-in-a-term  two candidates')
    expect(lines[1]).toBe('× violated: election safety after 10 steps: both lead term 1')
    expect(lines.filter((line) => /^ *\d+ {2}/.test(line))).toHaveLength(11)
    expect(stdout).toMatch(/\n 1 +◇ +│ +│ +node 0 times out \(election\)\n/)
    expect(stdout).toMatch(/ node 0 sends requestPreVote to 1, 2\n/)
    expect(stdout).toMatch(/ Servers 0 and 1 compete for term 1: the votes may split\.\n/)
    expect(stdout).toMatch(/\n10 .*⊠.*◄─+┤ .*\n.*\n.* × election safety: both lead term 1\n/)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120)
  })

  test('gives the steps of the path, what each sent, and the diagram as JSON', async () => {
    const document = await quorateJson('replay', written())
    expect(document).toMatchObject({
      schema: 'quorate.counterexample-replay/1',
      protocol: name,
      violated: true,
      property,
      message,
      nodes,
    })
    expect(document.steps.map(({ step }: { step: object }) => step)).toEqual(steps)
    expect(document.steps[0].sent).toHaveLength(2)
    expect(document.diagram.moments).toHaveLength(11)
  })

  test('shows every node after a step', async () => {
    const { exitCode, stdout } = await quorate('replay', written(), '--to', '9')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^after step 9 of 10: node 0 receives from 2: requestVoteReply /)
    expect(stdout).toMatch(/\n {2}node 0, leader\n {4}currentTerm +1\n/)
    expect(stdout).toMatch(/\n {2}node 1, candidate\n/)
    const start = await quorateJson('replay', written(), '--to', '0')
    expect(start).toMatchObject({ schema: 'quorate.step/1', step: 0, of: 10, what: '' })
    expect(start.nodes.map(({ role }: { role: string }) => role)).toEqual(
      new Array(3).fill('follower'),
    )
  })

  test('writes a picture and a page that need nothing else', async () => {
    const folder = temporaryFolder()
    const [svg, html] = [join(folder, 'a.svg'), join(folder, 'a.html')]
    const { exitCode } = await quorate('replay', written(), '--svg', svg, '--html', html)
    expect(exitCode).toBe(1)
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^>]*xmlns=[\s\S]*<\/svg>\n$/)
    const page = readFileSync(html, 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page.match(/<svg /g)).toHaveLength(2)
    expect(page.match(/<th scope="row"/g)).toHaveLength(11)
    expect(page).not.toMatch(/<script|src=|href=/)
  })

  test('draws with plain characters where that is asked for', async () => {
    const { stdout } = await quorate('replay', written(), '--ascii')
    const drawing = stdout.split('\n').slice(2).join('\n')
    expect(drawing).toMatch(/^[\x20-\x7e\n]*$/)
    expect(drawing).toMatch(/\n 2 +\|-+> +\| +node 1 receives requestPreVote from 0: /)
  })

  test('that does not show what it says is refused, and nothing is written', async () => {
    const html = join(temporaryFolder(), 'a.html')
    const shorter = encodeCounterexample({
      quorate: '0.0.9',
      protocol: name,
      world,
      property,
      message,
      nodes,
      steps: steps.slice(0, -1),
    })
    for (const [content, reason] of [
      [
        shorter,
        'election safety holds after its 9 steps: another version found it (0.0.9), or it was changed',
      ],
      [
        found.replace('"granted":true', '"granted":false'),
        'cannot happen: node 0 receives from 1: requestPreVoteReply {"term":0,"granted":false}: another version found it (0.0.9), or it was changed',
      ],
      [
        found.replace('"property": "election safety"', '"property": "log matching"'),
        'log matching holds',
      ],
      [
        found.replace('two-votes-in-a-term', 'three-votes'),
        "unknown planted bug 'raft+three-votes'",
      ],
      [found.replace('"nodes":3', '"nodes":1e9'), 'nodes'],
      [found.slice(0, -20), 'the counterexample is truncated or damaged: it is no JSON'],
      [found.replace('"kind":"timeout"', '"kind":"sleep"'), 'steps[0].kind must be one of '],
    ] as const) {
      const path = written(content)
      const { exitCode, stdout, stderr } = await quorate('replay', path, '--html', html)
      expect([exitCode, stdout], reason).toEqual([2, ''])
      expect(stderr).toMatch(/^quorate: [^\n]+\n$/)
      expect(stderr).toContain(`found.json: `)
      expect(stderr).toContain(reason)
    }
    expect(existsSync(html)).toBe(false)
  })

  test('knows no events', async () => {
    const path = written()
    for (const [flags, reason] of [
      [['--events', '1-2'], '--events: a counterexample has steps, and no events'],
      [['--past', '3'], '--past: a counterexample has steps, and no events'],
      [['--diagram', '1-2'], "--diagram '1-2': a counterexample is drawn whole, or --to a step"],
      [['--to', '11'], "--to '11': the counterexample has the steps 1 to 10, and 0 is the start"],
    ] as const) {
      const { exitCode, stdout, stderr } = await quorate('replay', path, ...flags)
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toContain(reason)
    }
  })
})

describe('quorate replay --diagram', () => {
  test('draws what led to the violation of a recorded run, or a range, or a past', async () => {
    const trace = join(temporaryFolder(), 'run.trace')
    const flags = ['--chaos', '--seed', '3', '--trace', trace]
    const run = await quorateJson('run', 'raft+read-without-quorum', ...flags)
    const witness = run.properties.find(({ held }: { held: boolean }) => !held).witness
    const whole = await quorate('replay', trace, '--diagram')
    expect([whole.exitCode, whole.stderr]).toEqual([1, ''])
    expect(whole.stdout).toContain('× linearizability: ')
    expect(whole.stdout).toMatch(/Of \d+ events the last 160 are shown\.\n$/)
    const html = join(temporaryFolder(), 'past.html')
    const [event] = witness.events
    const past = await quorate('replay', trace, '--past', String(event), '--html', html)
    expect([past.exitCode, past.stdout]).toEqual([1, ''])
    expect(readFileSync(html, 'utf8')).toContain('linearizability: key')
    const { diagram } = await quorateJson('replay', trace, '--diagram', '20-60')
    expect(diagram.moments.at(-1).number).toBe(60)
    for (const [args, reason] of [
      [['--diagram', '9-4'], "--diagram '9-4': write it like 100-140"],
      [['--diagram', '9999999-10000000'], 'the trace ends with event'],
      [['--diagram', '1-2', '--to', '3'], '--to and --diagram: give one of them'],
      [['--order', '1,2', '--svg', html], '--order has no diagram: leave out --svg and --html'],
    ] as const) {
      const { exitCode, stderr } = await quorate('replay', trace, ...args)
      expect(exitCode).toBe(2)
      expect(stderr).toContain(reason)
    }
  })
})
