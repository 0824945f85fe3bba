import { catalogue } from '@quorate/core/protocols'
import { describe, expect, test } from 'vitest'
import { quorate, quorateJson } from '../testing/command.ts'

describe('quorate list', () => {
  test('has a line for each protocol, by families in the order of the catalogue, and which networks there are', async () => {
    const { exitCode, stdout, stderr } = await quorate('list')
    expect([exitCode, stderr]).toEqual([0, ''])
    const lines = stdout.split('\n')
    const places = catalogue.map(({ name, summary, resilience }) =>
      lines.findIndex(
        (line) =>
          line.startsWith(`  ${name} `) &&
          line.includes(`  ${resilience.bound} `) &&
          line.endsWith(`  ${summary}`),
      ),
    )
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual(places.toSorted((left, right) => left - right))
    const headings = lines.filter((line) => /^[a-zB][a-zA-Z -]+: /.test(line))
    expect(headings.map((heading) => heading.split(':')[0])).toEqual([
      'the model',
      'crash faults',
      'Byzantine faults',
      'proof of work',
    ])
    for (const network of ['lan', 'zones', 'wan', 'bitcoin']) {
      expect(stdout).toMatch(new RegExp(`\\n  ${network} +[a-z]`))
    }
    expect(stdout).not.toContain('\x1b')
    expect(stdout).not.toContain('\u00a0')
  })

  test('of one protocol shows its parameters and planted bugs too', async () => {
    const { exitCode, stdout } = await quorate('list', 'raft')
    const raft = catalogue.find(({ name }) => name === 'raft')
    const nakamoto = catalogue.find(({ name }) => name === 'nakamoto')
    expect(exitCode).toBe(0)
    const { authors, title, year } = raft?.paper ?? {}
    expect(stdout).toContain(`${authors}, ${title}, ${year}\n`)
    expect(stdout).toContain(`  tolerates     ${raft?.faults} (n > 2f)\n`)
    expect(stdout).toMatch(/\n {6}quorate run raft --nodes 5 .*--fault crash:0,1,2@2s/)
    for (const name of Object.keys(raft?.node.schema.parameters ?? {}))
      expect(stdout).toContain(name)
    for (const { name, bug } of raft?.mutants ?? []) {
      expect(stdout).toMatch(new RegExp(`\\n    ${name} +`))
      expect(stdout).toContain(` ${bug}\n`)
    }
    expect(stdout).not.toContain(nakamoto?.summary)
  })

  test('prints one JSON document', async () => {
    const document = await quorateJson('list')
    expect(Object.keys(document)[0]).toBe('schema')
    expect(document.schema).toBe('quorate.list/1')
    expect(document.protocols.map(({ name }: { name: string }) => name)).toEqual(
      catalogue.map(({ name }) => name),
    )
    const raft = document.protocols.find(({ name }: { name: string }) => name === 'raft')
    expect(raft).toMatchObject({
      title: 'Raft',
      family: 'crash',
      shape: 'log',
      resilience: 'n > 2f',
      finality: 'immediate',
      usualNodes: 5,
      paper: { authors: 'Diego Ongaro', year: 2014 },
    })
    expect(raft.parameters.heartbeatMs).toMatchObject({ unit: 'ms' })
    expect(raft.plantedBugs[0]).toMatchObject({ name: expect.any(String), bug: expect.any(String) })
    expect(document.networks[0]).toMatchObject({ name: 'lan' })
    expect((await quorateJson('list', 'nakamoto')).protocols).toHaveLength(1)
  })

  test('of a protocol that is none is refused in one line', async () => {
    expect(await quorate('list', 'moon')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `quorate: unknown protocol 'moon': the protocols are ${catalogue.map(({ name }) => name).join(', ')}\n`,
    })
  })
})
