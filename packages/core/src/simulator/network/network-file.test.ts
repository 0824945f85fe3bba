import { describe, expect, test } from 'vitest'
import wanFile from '../../../data/network/wan-ten-cities-2024.json' with { type: 'json' }
import { parseNetwork } from './network-file.ts'
import { wan } from './profiles.ts'

const two = {
  regions: ['Paris', 'Berlin'],
  roundTripMs: [
    [0, 20],
    [22, 0.5],
  ],
}

describe('a network file', () => {
  test('needs regions and round trips alone', () => {
    expect(parseNetwork(two)).toEqual({
      name: 'file',
      summary: '2 regions, from a file',
      regions: ['Paris', 'Berlin'],
      latency: [
        [
          { kind: 'measured', meanMicros: 45, jitter: 0.05 },
          { kind: 'measured', meanMicros: 10_000, jitter: 0.05 },
        ],
        [
          { kind: 'measured', meanMicros: 11_000, jitter: 0.05 },
          { kind: 'measured', meanMicros: 250, jitter: 0.05 },
        ],
      ],
      uploadBitsPerSecond: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      downloadBitsPerSecond: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      placement: { kind: 'roundRobin' },
      topology: { kind: 'mesh' },
      ordered: true,
    })
  })

  test('may give everything else', () => {
    const profile = parseNetwork({
      name: 'mine',
      regions: ['Paris'],
      oneWayLatencyMs: [[3]],
      jitter: 0,
      uploadBitsPerSecond: [1e6],
      downloadBitsPerSecond: [2e6],
      nodeShare: [1],
      outboundDegreeCumulative: [0.5, 1],
      ordered: false,
    })
    expect(profile.latency).toEqual([[{ kind: 'measured', meanMicros: 3_000, jitter: 0 }]])
    expect(profile.placement).toEqual({ kind: 'shares', shares: [1] })
    expect(profile.topology).toEqual({ kind: 'peers', outboundDegreeCumulative: [0.5, 1] })
    expect([profile.name, profile.ordered]).toEqual(['mine', false])
    expect([profile.uploadBitsPerSecond, profile.downloadBitsPerSecond]).toEqual([[1e6], [2e6]])
  })

  test('the table of ten cities is one', () => {
    expect(parseNetwork(wanFile).latency).toEqual(wan.latency)
  })

  test.each([
    [null, "the network file must be an object with 'regions' and 'roundTripMs'"],
    [[two], "the network file must be an object with 'regions' and 'roundTripMs'"],
    [
      { ...two, bandwith: 1 },
      /^unknown key 'bandwith' in the network file: the keys are name, what,/,
    ],
    [
      { roundTripMs: [[1]] },
      "'regions' of the network file is missing: it must be a list of at least one name",
    ],
    [
      { regions: [] },
      "'regions' of the network file is []: it must be a list of at least one name",
    ],
    [
      { regions: ['a'] },
      "the network file has neither of 'roundTripMs' and 'oneWayLatencyMs': give one of them",
    ],
    [
      { ...two, oneWayLatencyMs: [[1]] },
      "the network file has both of 'roundTripMs' and 'oneWayLatencyMs': give one of them",
    ],
    [
      { ...two, roundTripMs: 5 },
      "'roundTripMs' of the network file is 5: it must be a list of 2 lists",
    ],
    [{ ...two, roundTripMs: [[1, 2]] }, "'roundTripMs' of the network file has 1 elements: give 2"],
    [
      { ...two, roundTripMs: [[1, 2], [3]] },
      "'roundTripMs[1]' of the network file has 1 elements: give 2",
    ],
    [
      {
        ...two,
        roundTripMs: [
          [1, 2],
          [3, '4'],
        ],
      },
      `'roundTripMs[1][1]' of the network file is "4": it must be a number from 0`,
    ],
    [
      {
        ...two,
        roundTripMs: [
          [1, 2],
          [3, -4],
        ],
      },
      "'roundTripMs[1][1]' of the network file is -4: it must be a number from 0",
    ],
    [{ ...two, jitter: 2 }, "'jitter' of the network file is 2: it must be a number from 0 to 1"],
    [
      { ...two, ordered: 'yes' },
      `'ordered' of the network file is "yes": it must be true or false`,
    ],
    [{ ...two, name: 7 }, "'name' of the network file is 7: it must be a text"],
    [
      { ...two, uploadBitsPerSecond: [1e6, 0] },
      "'uploadBitsPerSecond[1]' of the network file is 0: it must be a number of at least 1",
    ],
    [
      { ...two, nodeShare: [0.5, 0.6] },
      "'the sum of nodeShare' of the network file is 1.1: it must be 1",
    ],
    [
      { ...two, outboundDegreeCumulative: [0.5, 0.4, 1] },
      "'outboundDegreeCumulative' of the network file is [0.5,0.4,1]: it must be a list of numbers that rise to 1",
    ],
  ])('%j is refused with one clear line', (file, message) => {
    expect(() => parseNetwork(file)).toThrow(message)
  })
})
