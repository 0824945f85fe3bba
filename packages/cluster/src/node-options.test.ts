import { expect, test } from 'vitest'
import { NodeOptionsError, parseNodeOptions } from './node-options.ts'

function parse(flags: string) {
  return parseNodeOptions(flags.split(' '))
}

const enough = '--protocol raft --nodes 10.0.0.1:7000,[::1]:7001 --id 1 --data x'

test('flags become options, with what is left out as usual', () => {
  const options = parse(`${enough} --client-port 8000 --param heartbeatMs=20 --allow-faults`)
  expect(options).toMatchObject({
    self: 1,
    addresses: [
      { host: '10.0.0.1', port: 7000 },
      { host: '::1', port: 7001 },
    ],
    bind: '::1',
    clientPort: 8000,
    directory: 'x',
    cluster: '',
    allowFaults: true,
    endWithInput: false,
  })
  expect(options.protocol.name).toBe('raft')
  expect(options.parameters).toMatchObject({ heartbeatMs: 20, snapshotEntries: 10_000 })
})

test('a protocol whose blocks carry dates is told that clocks count from 1970', () => {
  const flags = '--protocol nakamoto --nodes a:1 --id 0 --data x'
  expect(parse(flags).parameters.clockOriginSeconds).toBe(0)
  expect(parse(`${flags} --param clockOriginSeconds=5`).parameters.clockOriginSeconds).toBe(5)
})

test.each([
  ['--id 0', '--protocol NAME is missing'],
  ['--protocol raft --nodes a:1,b', "--nodes has 'b': write HOST:PORT, with a port of 1 to 65535"],
  ['--protocol raft --nodes a:0', "--nodes has 'a:0': write HOST:PORT, with a port of 1 to 65535"],
  ['--protocol raft --nodes a:1 --id 1', "--id is '1': it must be 0 to 0"],
  ['--protocol raft --nodes a:1 --id 0', '--data DIR is missing'],
  [`${enough} --param heartbeatMs=-1`, '--param: parameter heartbeatMs is -1: it must be 0.1'],
  [`${enough} --param heartbeat=1`, "--param: unknown parameter 'heartbeat'"],
  [`${enough} --param a`, "--param is 'a': write NAME=VALUE"],
  [`${enough} --hashes-per-second no`, "--hashes-per-second is 'no': it must be a number above 0"],
  [`${enough} --client-port 70000`, "--client-port is '70000': it must be 0 to 65535"],
  [`${enough} --nonsense`, "Unknown option '--nonsense'"],
])('the flags %s are refused: %s', (flags, message) => {
  expect(() => parse(flags)).toThrow(NodeOptionsError)
  expect(() => parse(flags)).toThrow(message)
})
