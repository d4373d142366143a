import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Pod } from 'kubernetes-types/core/v1.js'
import type { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { network } from '../../deploy/manifests.js'
import { until } from '../support/until.js'
import { type Cluster, hasProgram, installed, pluginNames } from './cluster.js'
import { unhurried } from './kubelet.js'
import { cachedNames } from './leases.js'
import { addresses, link } from './links.js'

const many = 16

/** Returns the device of each pod by its name, after checking that it is the tap of the manifest. */
async function taps(cluster: Cluster, pods: readonly Pod[]): Promise<Record<string, number>> {
  const { containerd } = cluster
  const entries = pods.map(async (pod) => {
    const sandbox = await cluster.sandbox(pod)
    const { netns } = await containerd.cri.status(sandbox)
    assert.equal(addresses(netns, 'eth0'), [pod.status?.podIP])
    const { ifindex, linkinfo } = link(netns, 'eth1')
    const { type, persist, user, group } = linkinfo.info_data
    assert.equal([linkinfo.info_kind, type, persist, user, group], ['tun', 'tap', true, 107, 107])
    assert.ok(cachedNames(sandbox.id).some((name) => name.endsWith('-eth1')))
    return [pod.metadata?.name, ifindex]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Returns the lines of a process's status. */
const statusOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .map((line) => line.split(/:\s*/) as [string, string]),
  )

/** Returns the options of a mount of a process. */
const mountOptions = (pid: number, folder: string) =>
  readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find((fields) => fields[4] === folder)?.[5]

/** Deletes the pods of the deployment. Waits until the runtime has ended their networks, and asserts that nothing is left. */
async function removeAll(cluster: Cluster): Promise<void> {
  const sandboxes = await cluster.remove()
  await until('all namespaces to be removed', () => readdirSync('/run/netns').length === 0, unhurried)
  for (const { id } of sandboxes) assert.equal(cachedNames(id), [])
  assert.equal(cluster.leases.of('10-primary'), [])
}

export function addClusterTests(test: ReturnType<typeof suite>, cluster: Cluster): void {
  const { plane, containerd, releases } = cluster
  const [first, second] = releases
  if (!first || !second) throw new Error('expected two releases')
  let folder = ''
  let names: string[] = []
  let pods: readonly Pod[] = []

  const logs = async () => plane.kubectl('-n', 'netloom', 'logs', (await cluster.installer()).metadata?.name ?? '')

  test('the manifests of a release install its plugin, and nothing else', async () => {
    names = pluginNames()
    assert.not.ok(names.includes('tap'))
    folder = await cluster.applyRelease(first)
    await cluster.rollOut()
    await until('the plugin', () => hasProgram(first))
    const line = /^installed netloom tap \S+ as "?\/host\/opt\/cni\/bin\/tap"?\n$/
    await until('a line', async () => line.test(await logs()))
    assert.equal(pluginNames(), [...names, 'tap'].sort())
    const { spec } = await cluster.installer()
    assert.is(spec?.containers[0]?.image, `${first.name}@${first.digest}`)
  })

  test('the installer has no privileges', async () => {
    const pid = await containerd.cri.containerPid(await cluster.sandbox(await cluster.installer()))
    const { Uid, CapEff, CapPrm, CapBnd, NoNewPrivs, Seccomp } = statusOf(pid)
    assert.equal([Uid, NoNewPrivs, Seccomp], ['0\t0\t0\t0', '1', '2'])
    assert.equal([CapEff, CapPrm, CapBnd].map(Number), [0, 0, 0])
    assert.match(mountOptions(pid, '/') ?? '', /^ro,/)
    assert.match(mountOptions(pid, '/host/opt/cni/bin') ?? '', /^rw,/)
    assert.is(mountOptions(pid, '/var/run/secrets/kubernetes.io/serviceaccount'), undefined)
  })

  test(`${many} pods at once start with the installed plugin, and get the tap of network.yaml`, async () => {
    // containerd 1.6 does not know CNI 1.1.0.
    const { cniVersion, name, ...plugin } = JSON.parse(network.spec.config)
    cluster.setNetwork('20-tap', plugin)
    await until('containerd to have two networks', () => containerd.hasNetwork('20-tap'))
    await cluster.deploy(many)
    pods = await cluster.deployed()
    assert.is(new Set(pods.map(({ status }) => status?.podIP)).size, many)
    assert.is(Object.keys(await taps(cluster, pods)).length, many)
  })

  test('an update of the image replaces the plugin, and pods keep their taps', async () => {
    const before = await taps(cluster, pods)
    const { ino } = statSync(installed)
    folder = await cluster.applyRelease(second)
    await cluster.rollOut()
    await until('the new plugin', () => hasProgram(second))
    assert.not.equal(statSync(installed).ino, ino)
    assert.equal(pluginNames(), [...names, 'tap'].sort())
    assert.equal(await taps(cluster, pods), before)
  })

  test('a file that another program writes or deletes is installed again, and the log says so', async () => {
    await cluster.installer()
    for (const damage of [() => rmSync(installed), () => writeFileSync(installed, 'other')]) {
      const before = (await logs()).match(/^installed/gm)?.length ?? 0
      damage()
      await until('the plugin to be installed again', () => hasProgram(second))
      await until('a line', async () => (await logs()).match(/^installed/gm)?.length === before + 1)
    }
  })

  test('SIGTERM ends the installer with success, and does not uninstall', async () => {
    const { ino } = statSync(installed)
    const pod = await cluster.installer()
    process.kill(await containerd.cri.containerPid(await cluster.sandbox(pod)), 'SIGTERM')
    const again = await until(
      'the container to be started again',
      async () => (await cluster.installer()).status?.containerStatuses?.find(({ restartCount }) => restartCount > 0),
      unhurried,
    )
    const { exitCode, reason } = again.lastState?.terminated ?? {}
    assert.equal([exitCode, reason, statSync(installed).ino], [0, 'Completed', ino])
    await until('a line', async () => /^found netloom tap /.test(await logs()))
  })

  test('the DaemonSet is deleted: its plugin stays, starts further pods, and ends them all', async () => {
    await plane.kubectl('delete', '-k', folder, '--timeout=300s')
    assert.ok(hasProgram(second))
    await cluster.deploy(many + 1)
    assert.is(Object.keys(await taps(cluster, await cluster.deployed())).length, many + 1)
    await removeAll(cluster)
    assert.ok(hasProgram(second))
  })

  test('tap is the only network: pods wait for an installer with the network of the node', async () => {
    rmSync(installed)
    containerd.removeNetwork('20-tap')
    const ipam = { type: 'host-local', subnet: '10.86.0.0/16', dataDir: cluster.leases.folder }
    cluster.setNetwork('10-primary', { type: 'tap', owner: 107, group: 107, ipam })
    await until('containerd to have the network', () => containerd.hasNetwork('10.86.0.0/16'))
    await cluster.deploy(2)
    const missing = /failed to find plugin "tap"/
    await until('pods to wait', async () => missing.test(await plane.kubectl('get', 'events')), unhurried)
    await cluster.applyRelease(first, { hostNetwork: true })
    await cluster.rollOut()
    await until('the plugin', () => hasProgram(first))
    for (const pod of await cluster.deployed()) {
      const { netns } = await containerd.cri.status(await cluster.sandbox(pod))
      assert.equal([addresses(netns, 'eth0'), link(netns, 'eth0').linkinfo.info_kind], [[pod.status?.podIP], 'tun'])
    }
    await removeAll(cluster)
  })
}
