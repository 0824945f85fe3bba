import { onTestFinished, test } from 'vitest'
import { startCluster } from './testing/start-cluster.ts'
import { Writers } from './testing/writers.ts'

test('Multi-Paxos serves as processes too, whose end at once loses nothing acknowledged', async () => {
  const parameters = {
    leaderTimeoutMs: 150,
    leaderSpreadMs: 150,
    heartbeatMs: 30,
    // Snapshots are taken, and sent, on the way.
    snapshotSlots: 20,
    trailingSlots: 5,
  }
  const cluster = await startCluster({ protocol: 'multi-paxos', nodes: 3, parameters })
  const writers = new Writers()
  const clientOf = () => cluster.client({ timeoutMs: 30_000, attemptTimeoutMs: 1_000 })
  for (let round = 0; round < 5; round += 1) {
    const client = clientOf()
    writers.start(client, 6, `${round}`)
    await writers.more(20)
    await Promise.all(cluster.nodes.map((node) => cluster.kill(node)))
    client.close()
    await writers.stop()
    await Promise.all(cluster.nodes.map((node) => cluster.startNode(node)))
  }
  const client = clientOf()
  onTestFinished(() => client.close())
  await writers.check(client)
}, 120_000)
