import { execFileSync } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { start, temporaryFolder } from '../../testing/command.ts'
import { freePort, RedisServer, redisFound, unlessRedis } from '../../testing/redis-server.ts'
import { RedisLink } from './redis-link.ts'

/** Where somebody listens who is no Redis. */
async function listening(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer()
  server.on('connection', (socket) => {
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    answer(socket)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return `127.0.0.1:${port}`
}

describe('an address at which there is no Redis is refused in one line', () => {
  test.each(['http://127.0.0.1', '127.0.0.1:6379', 'redis://', ''])('%j', async (address) => {
    await expect(RedisLink.to(address)).rejects.toThrow(
      /^--redis must be an address such as redis:/,
    )
  })

  test('as when nobody says a word there', async () => {
    const place = await listening(() => {})
    await expect(RedisLink.to(`redis://${place}`)).rejects.toThrow(
      `cannot use Redis at ${place}: it does not answer`,
    )
  })

  test('as when somebody else is there', async () => {
    const place = await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await expect(RedisLink.to(`redis://${place}`)).rejects.toThrow('what answers there is no Redis')
  })

  test('as when TLS is wanted, or is not', async () => {
    const plain = await listening((socket) => socket.end('-ERR unknown command\r\n'))
    await expect(RedisLink.to(`rediss://${plain}`)).rejects.toThrow(/does not speak TLS/)
    const hidden = await listening((socket) => socket.resetAndDestroy())
    await expect(RedisLink.to(`redis://${hidden}`)).rejects.toThrow(/over TLS, write rediss:/)
  })
})

describe.skipIf(!redisFound)(`a server with a password${unlessRedis}`, () => {
  test('lets nobody in without it, and is named without it', async () => {
    const { url } = await RedisServer.started('right')
    for (const wrong of [url.replace('right', 'wrong'), url.replace(':right@', '')])
      await expect(RedisLink.to(wrong)).rejects.toThrow(
        /^cannot use Redis at 127\.0\.0\.1:\d+: it wants another password: write redis:/,
      )
    const link = await RedisLink.to(url)
    expect(link.place).toBe(new URL(url).host)
    link.close()
  })
})

const opensslFound = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0
  } catch {
    return false
  }
})()

const unlessOpenssl = opensslFound ? unlessRedis : ', unless there is no openssl'

describe.skipIf(!opensslFound || !redisFound)(`a server over TLS${unlessOpenssl}`, () => {
  test('whose certificate nobody has signed is used by who names it, and by nobody else', async () => {
    const folder = temporaryFolder()
    const [key = '', cert = ''] = ['key.pem', 'cert.pem'].map((name) => join(folder, name))
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' })
    const port = await freePort()
    const tls = ['--tls-port', port, '--tls-cert-file', cert, '--tls-key-file', key]
    await RedisServer.started('right', [...tls, '--tls-auth-clients', 'no'].map(String))
    const url = `rediss://:wrong@localhost:${port}`
    await expect(RedisLink.to(url)).rejects.toThrow(
      /its certificate is not trusted \(self-signed certificate\): name .* in NODE_EXTRA_CA_CERTS$/,
    )
    // That is said behind the certificate.
    const trusting = start(['worker', '--redis', url], { NODE_EXTRA_CA_CERTS: cert })
    expect((await trusting.result).stderr).toContain('it wants another password')
  })
})
