import { execFileSync, spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { type Attachment, attached } from '../cni-tap/attachment.js'
import { suiteNeeding } from '../support/privileges.js'
import { provided } from './environment.js'

/**
 * Opens taps as Firecracker (devices/virtio/net/tap.rs), Cloud Hypervisor (net_util/src/tap.rs), crosvm (net_util/src/sys/linux/tap.rs),
 * QEMU (net/tap-linux.c) and passt (tap.c) do: the same system calls in the same order, as a user without capabilities.
 */
const test = suiteNeeding('e2e: virtual machine monitors', 'netns', 'tun')

/** Constants of fcntl.h and linux/if_tun.h. */
const O = { RDWR: 2, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 }
const IFF = {
  TAP: 2,
  NO_PI: 0x1000,
  VNET_HDR: 0x4000,
  MULTI_QUEUE: 0x100,
  ONE_QUEUE: 0x2000,
  ATTACH: 0x200,
  DETACH: 0x400,
}
const TUN_F = { CSUM: 1, TSO4: 2, TSO6: 4, TSO_ECN: 8, UFO: 0x10, USO4: 0x20, USO6: 0x40 }

/** Size of virtio_net_hdr_v1, which the frames of these programs have before them. */
const header = 12

const all = TUN_F.CSUM | TUN_F.TSO4 | TUN_F.TSO6 | TUN_F.UFO
const base = IFF.TAP | IFF.NO_PI

/** Steps of each program for one queue. `flags` is IFF_MULTI_QUEUE or 0. */
const programs: Readonly<Record<string, (flags: number) => string[]>> = {
  firecracker: (flags) => [
    `open=${O.RDWR | O.NONBLOCK | O.CLOEXEC}`,
    `iff=${base | IFF.VNET_HDR | flags}`,
    `offload=${all}`,
    `hdrsz=${header}`,
    `write=${header}`,
    'read',
  ],
  'cloud-hypervisor': (flags) => [
    `open=${O.RDWR | O.NONBLOCK | O.CLOEXEC}`,
    'features',
    `iff=${base | IFF.VNET_HDR | flags}`,
    `hdrsz=${header}`,
    `offload=${all | TUN_F.TSO_ECN}`,
    'getiff',
    'flags',
    `write=${header}`,
    'read',
  ],
  crosvm: (flags) => [
    `open=${O.RDWR | O.NONBLOCK | O.CLOEXEC}`,
    `iff=${base | IFF.VNET_HDR | flags}`,
    'getiff',
    `hdrsz=${header}`,
    `offload=${TUN_F.CSUM | TUN_F.TSO4 | TUN_F.UFO}`,
    `write=${header}`,
    'read',
  ],
  qemu: (flags) => [
    `open=${O.RDWR}`,
    'features',
    `iff=${base | IFF.VNET_HDR | IFF.ONE_QUEUE | flags}`,
    'nonblock',
    `sndbuf=${2 ** 31 - 1}`,
    'getiff',
    // It tries what the kernel supports.
    `offload=${TUN_F.CSUM | TUN_F.UFO}`,
    `?offload=${TUN_F.CSUM | TUN_F.USO4 | TUN_F.USO6}`,
    'offload=0',
    'hdrsz=10',
    `hdrsz=${header}`,
    'vnetle=1',
    'vnetle=0',
    '?steering=-1',
    `offload=${all | TUN_F.TSO_ECN}`,
    ...(flags ? [`queue=${IFF.DETACH}`, `queue=${IFF.ATTACH}`] : []),
    `write=${header}`,
    'read',
  ],
  passt: (flags) => [`open=${O.RDWR | O.NONBLOCK | O.CLOEXEC}`, `iff=${base | flags}`, 'write=0', 'read'],
}

const owner = { uid: 1000, gid: 1000 }

/** Runs a program's steps in the pod, without capabilities. Returns the steps and their outcomes. */
function open(a: Attachment, steps: readonly string[], { uid, gid } = owner): string[] {
  const user = [
    '--reuid',
    String(uid),
    '--regid',
    String(gid),
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
  ]
  const args = [
    `--net=${a.namespace.path}`,
    'setpriv',
    ...user,
    '--inh-caps=-all',
    provided('NETLOOM_VMM'),
    'tap0',
    ...steps,
  ]
  const { stdout, stderr } = spawnSync('nsenter', args, { encoding: 'utf8' })
  assert.is(stderr, '')
  return stdout.trim().split('\n')
}

/** Options of a tap, each of which a monitor must not notice. */
const settings: Readonly<Record<string, object>> = {
  'no option': {},
  'owner and group': { owner: owner.uid, group: owner.gid },
  owner: { owner: owner.uid },
  group: { group: owner.gid },
  'mtu 9000': { mtu: 9000 },
  'mtu 1280': { mtu: 1280 },
  mac: { mac: '02:00:00:00:00:31' },
  txQueueLen: { txQueueLen: 10 },
  'a bridge': { bridge: 'br0' },
  'a bridge with isolation and hairpin mode': { bridge: 'br0', portIsolation: true, hairpinMode: true },
  'a bridge with macspoofchk': { bridge: 'br0', macspoofchk: true, mac: '02:00:00:00:00:00' },
}

const isOk = (outcomes: readonly string[]) => outcomes.every((each) => each.endsWith(' ok'))
const optional = ['offload EINVAL', 'steering EPERM']

test('other users may open /dev/net/tun', () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/dev/net'])
  execFileSync('mknod', ['-m', '666', '/dev/net/tun', 'c', '10', '200'])
})

const withTap = (keys: object, use: (a: Attachment) => void) =>
  attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
    a.succeed('ADD', a.config(keys))
    use(a)
    a.succeed('DEL', a.config(keys))
    a.assertClean('br0')
  })

for (const [program, stepsOf] of Object.entries(programs))
  for (const [what, keys] of Object.entries(settings))
    for (const multiQueue of [false, true])
      test(`${program}, ${what}, ${multiQueue ? 'several queues' : 'one queue'}`, () =>
        withTap({ ...keys, multiQueue }, (a) => {
          const steps = stepsOf(multiQueue ? IFF.MULTI_QUEUE : 0)
          const received = () => a.namespace.ip('-s', 'link', 'show', 'dev', 'tap0')[0].stats64.rx.packets
          for (let round = 1; round <= 2; round++) {
            const outcomes = open(a, steps)
            assert.is(outcomes.length, steps.length, `${outcomes}`)
            assert.ok(isOk(outcomes.filter((each) => !optional.includes(each))), `${outcomes}`)
            assert.is(received(), round)
          }
          if (!multiQueue) return
          const both = open(a, [...steps.slice(0, -2), ...steps.slice(0, -1)])
          assert.ok(isOk(both.filter((each) => !optional.includes(each))), `${both}`)
        }))

for (const [program, stepsOf] of Object.entries(programs)) {
  test(`${program}: the number of queues differs`, () =>
    withTap({}, (a) => assert.is(open(a, stepsOf(IFF.MULTI_QUEUE)).at(-1), 'iff EINVAL')))

  test(`${program}: one queue of a multi-queue tap`, () =>
    withTap({ multiQueue: true }, (a) => assert.is(open(a, stepsOf(0)).at(-1), 'iff EINVAL')))

  for (const user of [
    { uid: 1001, gid: 1001 },
    { uid: 1001, gid: 1000 },
    { uid: 1000, gid: 1001 },
  ])
    test(`${program}: uid ${user.uid} and gid ${user.gid} may not open the tap of 1000 and 1000`, () =>
      withTap({ owner: 1000, group: 1000 }, (a) => assert.is(open(a, stepsOf(0), user).at(-1), 'iff EPERM')))
}

test.run()
