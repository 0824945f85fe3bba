import { expect, test } from 'vitest'
import { formatFault, parseFault } from './fault-spec.ts'

const roles = ['leader', 'follower']
const parse = (spec: string) => parseFault(spec, 5, roles)

test.each([
  'crash:leader@5s+3s',
  'restart:0,2@5s',
  'pause:random@100ms+1.5s',
  'partition:0,1|2,3,4@10s+5s',
  'partition:0|1|2@1min',
  'cut:0,1>2@10s+5s',
  'isolate:majority@5s+3s',
  'loss:0.5%@0us',
  'duplicate:100%@0us',
  'reorder:5%@2h+1d',
  'delay:50ms@5s+5s',
  'slow:all:10x@5s+5s',
  'clock:1:+500ms@5s',
  'clock:1:-2h@5s',
  'drift:minority:-200ppm@5s',
  'disk-slow:leader:2.5x@5s+5s',
  'disk-lies:0@5s',
  'disk-loss:0@5s+1s',
  'disk-corrupt:0@5s',
  'heal@20s',
])('%s is read and written back the same', (spec) => {
  expect(formatFault(parse(spec))).toBe(spec)
})

test('a share is written back as it was read, however odd', () => {
  for (const share of ['7%', '0.07%', '33.3333%', '99.9999999%', '0.00001%']) {
    expect(formatFault(parse(`loss:${share}@0us`))).toBe(`loss:${share}@0us`)
  }
})

test('a fault is data: what, when, and for how long', () => {
  expect(parse('partition:0,1|2,3,4@10s+5s')).toEqual({
    action: {
      kind: 'partition',
      groups: [
        [0, 1],
        [2, 3, 4],
      ],
    },
    atMicros: 10_000_000,
    forMicros: 5_000_000,
  })
})

test.each([
  ['crash:9@5s', "fault 'crash:9@5s': there is no node 9: the nodes are 0 to 4"],
  ['crash:king@5s', "'king' is no target"],
  ['crash:leader', 'write it like crash:TARGET@5s+3s'],
  ['explode:1@5s', "unknown kind 'explode'"],
  ['crash:1@-5s', "'-5s' is not a time"],
  ['crash:1@5', "'5' is not a time"],
  ['partition:0,1|1,2@5s', 'node 1 is in two groups: the groups of a partition must not overlap'],
  ['partition:0,1,2@5s', 'a partition has two groups or more'],
  ['loss:5@0s', "'5' is not a share"],
  ['loss:500%@0s', "'500%' is not a share"],
  ['slow:1@5s', "'' is not a factor"],
  ['cut:0,1@5s', 'write it like cut:0,1>2@10s+5s'],
  ['crash:1,1@5s', 'node 1 is named twice'],
  ['drift:1:fast@5s', "'fast' is not a drift"],
  ['slow:1:10x:20x@5s', 'write it like slow:TARGET:10x@5s+5s'],
  ['slow:1:0.5x@5s', "'0.5x' is not a factor"],
  ['slow:1:1000001x@5s', "'1000001x' is not a factor"],
  ['heal:1@5s', 'write it like heal@20s'],
  ['heal@5s+1s', 'a heal does not last'],
  ['restart:1@5s+1s', 'a restart does not last'],
  ['crash:@5s', "'' is no target"],
  ['crash:1@5s+', 'write it like crash:TARGET@5s+3s'],
  ['crash:1@5s+3s+4s', "'3s+4s' is not a time"],
  ['crash:1@40000d', "'40000d' is too long a time"],
  ['partition:0,1||2@5s', "'' is not a node"],
  ['constructor:1@5s', "unknown kind 'constructor'"],
  ['', 'write it like crash:TARGET@5s+3s or partition:'],
])('%s is refused with one line: %s', (spec, reason) => {
  expect(() => parse(spec)).toThrow(reason)
  try {
    parse(spec)
  } catch (error) {
    expect((error as Error).message).not.toContain('\n')
    expect((error as Error).message).toContain(spec)
  }
})
