import { Connection, flagNames } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import { TunTap } from '@netloom/tuntap'
import { describe, makeBridge, passFrame } from './bridge.mjs'
import { startContainer } from './container.mjs'
import { call } from './plugin.mjs'

const heading = (text) => console.log(process.stdout.isTTY ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`)
const print = (name, value) => console.log(`   ${name.padEnd(10)} ${value}`)
const namesOf = (netlink) =>
  netlink
    .dumpSync('RTM_GETLINK')
    .map(({ attrs }) => attrs.ifname)
    .join(', ')

/** Prints the device, as read by `Netlink`. */
function printLink(netlink, name) {
  const [{ index, flags, attrs }] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname: name } })
  const [bridge] = netlink.requestSync('RTM_GETLINK', { index: attrs.master })
  const { kind, data } = attrs.linkinfo
  print('link', `${index}: ${attrs.ifname}, ${kind} of type ${data.type === 2 ? 'tap' : 'tun'}`)
  print('address', attrs.address)
  print('mtu', attrs.mtu)
  print('port of', bridge.attrs.ifname)
  print('owner', `uid ${data.owner}${data.persist ? ', persistent' : ''}`)
  print('flags', flagNames(IFF, flags).join(' '))
  print('alias', attrs.ifalias)
}

async function demo(owner) {
  const container = await startContainer()
  const netlink = Connection.open({ netns: container.netns })
  try {
    heading('1. Create a container: a network namespace with a bridge')
    const far = makeBridge(netlink, container.netns)
    print('namespace', container.netns)
    print('links', `${namesOf(netlink)}   (far0 is the other side of the bridge)`)

    const config = {
      cniVersion: '1.1.0',
      name: 'demo',
      type: 'tap',
      mtu: 1400,
      mac: '02:00:00:00:00:2a',
      owner,
      bridge: 'br0',
    }
    const attachment = { CNI_CONTAINERID: 'demo', CNI_NETNS: container.netns, CNI_IFNAME: 'tap0' }
    heading('2. A container runtime calls the plugin: ADD tap0')
    print('stdin', JSON.stringify(config))
    const result = JSON.parse(call('ADD', attachment, config))
    print('result', JSON.stringify(result))

    heading('3. The device, as @netloom/netlink reads it')
    printLink(netlink, 'tap0')

    heading('4. Open the tap as a virtual machine does, and send a frame through it')
    const near = TunTap.attach({ mode: 'tap', name: 'tap0', netns: container.netns })
    print('sent', `on descriptor ${near.fd} of tap0`)
    print('arrived', `at far0, across br0: ${describe(passFrame(near, far, config.mac, 'hello from netloom'))}`)
    near.close()

    heading('5. CHECK, then DEL, then DEL again, as runtimes do')
    const second = { ...config, prevResult: result }
    print('CHECK', call('CHECK', attachment, second) || 'everything is as configured')
    print('DEL', call('DEL', attachment, second) || 'done')
    print('DEL', call('DEL', attachment, second) || 'nothing to do, which is no error')
    far.close()

    heading('6. Afterwards')
    print('links', `${namesOf(netlink)}   (tap0 was deleted)`)
  } finally {
    netlink.close()
    await container.stop()
  }
  print('namespace', 'deleted with its container')
}

try {
  await demo(Number(process.argv[2]))
} catch (error) {
  console.error(`\nThe demo cannot continue: ${error.message}`)
  process.exitCode = 1
}
