import { Netlink, type NetlinkError } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Wrong arguments of domains whose families the kernel may lack. They are refused before anything is sent. */
const test = suite('arguments of nl.l2tp, nl.fou, nl.gtp, nl.rdma, nl.vdpa, nl.team and nl.nl80211')

type Wrong = readonly (readonly [call: (nl: Netlink) => unknown, words: RegExp])[]

function refusesAll(wrong: Wrong): void {
  using nl = Netlink.open()
  for (const [call, words] of wrong)
    assert.throws(
      () => call(nl),
      (error: Error) => error instanceof TypeError && words.test(error.message),
      String(call),
    )
}

const tunnel = { id: 1, peerId: 2, local: '10.0.0.1', remote: '10.0.0.2', localPort: 5000, remotePort: 5001 }
const session = { tunnelId: 1, id: 7, peerId: 8 }

test('tunnels of L2TP', () => {
  const { localPort: _, ...withoutPort } = tunnel
  refusesAll([
    [(nl) => nl.l2tp.tunnel.addSync({} as never), /tunnel to have 'id'/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, id: 0 }), /id of tunnel .* from 1 to 4294967295, got 0/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, version: 2, peerId: 65536 }), /peerId .* 1 to 65535, got 65536/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, version: 4 } as never), /version of tunnel to be 2 or 3, got 4/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, encap: 'tcp' } as never), /encap of tunnel .* udp, ip, got "tcp"/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, encap: 'ip' }), /localPort of tunnel only with the encap udp/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, encap: 'ip', version: 2 }), /encap of tunnel to be udp in version 2/],
    [(nl) => nl.l2tp.tunnel.addSync(withoutPort), /tunnel to have 'localPort'/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, local: '10.0.0.300' }), /local of tunnel.*"10\.0\.0\.300"/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, remote: '2001:db8::1' }), /remote of tunnel to be of inet/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, udp6CsumTx: true }), /udp6CsumTx of tunnel only over IPv6/],
    [(nl) => nl.l2tp.tunnel.addSync({ ...tunnel, mtu: 1 } as never), /got 'mtu'/],
    [(nl) => nl.l2tp.tunnel.getSync('1' as never), /id of tunnel.*"1"/],
    [(nl) => nl.l2tp.tunnel.deleteSync(-1), /id of tunnel.*-1/],
  ])
})

test('sessions of L2TP', () =>
  refusesAll([
    [(nl) => nl.l2tp.session.addSync({ tunnelId: 1, id: 7 } as never), /session to have 'peerId'/],
    [(nl) => nl.l2tp.session.addSync({ ...session, cookie: 'abc' }), /cookie .* 8 or 16 hexadecimal digits, got "abc"/],
    [(nl) => nl.l2tp.session.addSync({ ...session, pseudowire: 'atm' } as never), /pseudowire of session .*"atm"/],
    [(nl) => nl.l2tp.session.addSync({ ...session, ifname: 'a/b' }), /ifname of session .* name of a link, got "a\/b"/],
    [(nl) => nl.l2tp.session.addSync({ ...session, sendSeq: 1 } as never), /sendSeq of session to be true or false/],
    [(nl) => nl.l2tp.session.getSync({ id: 7 } as never), /session to have 'tunnelId'/],
    [(nl) => nl.l2tp.session.setSync(session, {}), /changes to have one of sendSeq.*got none/],
    [(nl) => nl.l2tp.session.setSync(session, { cookie: '00000000' } as never), /changes to have the keys.*'cookie'/],
    [(nl) => nl.l2tp.session.setSync(session, { reorderTimeout: -1 }), /reorderTimeout of changes.*-1/],
  ]))

test('ports of tunnels over UDP', () =>
  refusesAll([
    [(nl) => nl.fou.addSync({} as never), /port to have 'port'/],
    [(nl) => nl.fou.addSync({ port: 65536, gue: true }), /port of port .* 1 to 65535, got 65536/],
    [(nl) => nl.fou.addSync({ port: 5555 }), /'ipproto' or 'gue', got none/],
    [(nl) => nl.fou.addSync({ port: 5555, gue: true, ipproto: 'gre' }), /'ipproto' or 'gue', got both/],
    [(nl) => nl.fou.addSync({ port: 5555, ipproto: 'ethernet2' } as never), /ipproto of port.*"ethernet2"/],
    [(nl) => nl.fou.addSync({ port: 5555, gue: true, peer: '10.0.0.1' }), /both 'peer' and 'peerPort', got only peer/],
    [(nl) => nl.fou.addSync({ port: 5555, gue: true, local: '::1', family: 'inet' }), /local of port to be of inet/],
    [(nl) => nl.fou.addSync({ port: 5555, gue: true, family: 'inet7' } as never), /family to be inet or inet6/],
    [(nl) => nl.fou.deleteSync({ port: 5555, dev: 0 } as never), /dev of port.*0/],
    [(nl) => nl.fou.getSync({ port: 5555, ports: 1 } as never), /'ports'/],
  ]))

test('tunnels of GTP', () => {
  const tunnel = { dev: 'gtp0', inTeid: 1, outTeid: 2, subscriber: '172.99.0.2', peer: '10.0.0.2' }
  const { peer: _, ...withoutPeer } = tunnel
  refusesAll([
    [(nl) => nl.gtp.addSync({} as never), /tunnel to have 'dev'/],
    [(nl) => nl.gtp.addSync(withoutPeer as never), /tunnel to have 'peer'/],
    [(nl) => nl.gtp.addSync({ ...tunnel, tid: 1n, version: 0 }), /version 0 to have no 'inTeid', got 1/],
    [(nl) => nl.gtp.addSync({ ...tunnel, flow: 1 }), /version 1 to have no 'flow', got 1/],
    [(nl) => nl.gtp.addSync({ ...tunnel, outTeid: undefined }), /version 1 to have 'outTeid', got none/],
    [(nl) => nl.gtp.addSync({ ...tunnel, version: 2 } as never), /version of tunnel .*2/],
    [(nl) => nl.gtp.addSync({ ...tunnel, inTeid: -1 }), /inTeid of tunnel .*-1/],
    [(nl) => nl.gtp.addSync({ ...tunnel, peer: '10.0.0' }), /peer of tunnel .*"10\.0\.0"/],
    [(nl) => nl.gtp.getSync({ dev: 'gtp0', tid: -1n }), /tid of tunnel .*got -1n/],
    [(nl) => nl.gtp.getSync({ dev: 'gtp0', tid: 5n, inTeid: 1 }), /version 0 to have no 'inTeid', got 1/],
    [(nl) => nl.gtp.getSync({ dev: 'gtp0' }), /'subscriber' or 'inTeid', got neither/],
    [(nl) => nl.gtp.deleteSync({ dev: 'gtp0', version: 0 }), /'subscriber' or 'tid', got neither/],
    [(nl) => nl.gtp.listSync({ link: 'gtp0' } as never), /filter to have the keys dev, got 'link'/],
  ])
})

test('a kernel without GTP is no answer to whether there is a tunnel', async () => {
  using nl = Netlink.open()
  // A kernel with GTP refuses the device.
  const key = { dev: 'lo', inTeid: 1 }
  for (const call of [() => nl.gtp.get(key), async () => nl.gtp.getSync(key), () => nl.gtp.delete(key)])
    await call().then(
      (found) => assert.unreachable(`an answer: ${found}`),
      ({ code, message }: NetlinkError) =>
        assert.match(`${code} ${message}`, /^ENOENT CTRL_CMD_GETFAMILY gtp: the kernel has no such |^(ENODEV|EINVAL)/),
    )
})

test('devices of RDMA', () => {
  const device = { name: 'rxe0', type: 'rxe', dev: 'eth0' }
  refusesAll([
    [(nl) => nl.rdma.addSync({ name: 'rxe0' } as never), /device to have 'type'/],
    [(nl) => nl.rdma.addSync({ ...device, name: '' }), /name of device .*""/],
    [(nl) => nl.rdma.addSync({ ...device, name: 'a/b' }), /name of device .* without \/ and %, and not \. .*"a\/b"/],
    [(nl) => nl.rdma.setSync('rxe0', { name: 'p%d' }), /name of changes .*"p%d"/],
    [(nl) => nl.rdma.deleteSync({ index: 1 } as never), /name or the index of a device of RDMA, got an object/],
    [(nl) => nl.rdma.addSync({ ...device, dev: 0 }), /dev of device .*0/],
    [(nl) => nl.rdma.addSync({ ...device, link: 'eth0' } as never), /device to have the keys.*'link'/],
    [(nl) => nl.rdma.getSync(-1), /device to be the name or the index of a device of RDMA, got -1/],
    [(nl) => nl.rdma.deleteSync({} as never), /device to be the name or the index of a device of RDMA, got an object/],
    [(nl) => nl.rdma.setSync('rxe0', {}), /'name', 'netns' or 'adaptiveModeration', got none/],
    [(nl) => nl.rdma.setSync('rxe0', { adaptiveModeration: 1 } as never), /adaptiveModeration of changes .*1/],
    [(nl) => nl.rdma.setSync('rxe0', { mtu: 1 } as never), /changes to have the keys.*'mtu'/],
    [(nl) => nl.rdma.port.listSync({ port: 1 } as never), /filter to have the keys device, got 'port'/],
    [(nl) => nl.rdma.countersSync('rxe0', 0), /port .*0/],
    [(nl) => nl.rdma.system.setSync({} as never), /system to have 'netns'/],
    [(nl) => nl.rdma.system.setSync({ netns: 'own' } as never), /netns of system .*"own"/],
  ])
})

test('devices of vDPA', () => {
  const device = { name: 'vdpa0', manager: 'vdpasim_net' }
  refusesAll([
    [(nl) => nl.vdpa.addSync({ name: 'vdpa0' } as never), /device to have 'manager'/],
    [
      (nl) => nl.vdpa.addSync({ ...device, manager: 'pci/' }),
      /manager of device to be DEVICE or BUS\/DEVICE, got "pci\/"/,
    ],
    [(nl) => nl.vdpa.addSync({ ...device, name: '..' }), /name of device .*"\.\."/],
    [(nl) => nl.vdpa.addSync({ ...device, manager: 7 } as never), /manager of device .*7/],
    [(nl) => nl.vdpa.addSync({ ...device, mtu: 65536 }), /mtu of device .*65536/],
    [(nl) => nl.vdpa.addSync({ ...device, address: '02:00' }), /address of device .*"02:00"/],
    [(nl) => nl.vdpa.addSync({ ...device, features: 'MAC' } as never), /features of device .*"MAC"/],
    [(nl) => nl.vdpa.addSync({ ...device, features: ['GUEST_UDP_TUNNEL_GSO'] }), /features of device .*GSO"/],
    [(nl) => nl.vdpa.addSync({ ...device, mac: '02:00:00:00:00:01' } as never), /device to have the keys.*'mac'/],
    [(nl) => nl.vdpa.getSync(''), /name of device .*""/],
    [(nl) => nl.vdpa.configSync(7 as never), /name of device .*7/],
    [(nl) => nl.vdpa.deleteSync({ name: 'vdpa0' } as never), /name of device/],
  ])
})

test('teams', () =>
  refusesAll([
    [(nl) => nl.team.setSync('team0', {}), /settings to have 'mode' or 'activePort', got none/],
    [(nl) => nl.team.setSync('team0', { mode: '' }), /mode of settings.*""/],
    [(nl) => nl.team.setSync('team0', { activePort: 0 }), /activePort of settings.*0/],
    [(nl) => nl.team.setSync('team0', { runner: 'lacp' } as never), /settings to have the keys.*'runner'/],
    [(nl) => nl.team.getOptionSync('team0', {} as never), /option to have 'name'/],
    [(nl) => nl.team.getOptionSync('team0', { name: 'mode', port: 1 } as never), /'port'/],
    [(nl) => nl.team.setOptionSync('team0', { name: 'mode' } as never), /option to have 'value'/],
    [(nl) => nl.team.setOptionSync('team0', { name: 'mode', value: 1.5 }), /value of option .*1\.5/],
    [(nl) => nl.team.setOptionSync('team0', { name: 'x', value: 1, arrayIndex: -1 }), /arrayIndex of option.*-1/],
  ]))

test('wireless interfaces, stations and scans', async () => {
  const added = { wiphy: 'phy0', name: 'mon0', type: 'monitor' } as const
  refusesAll([
    [(nl) => nl.nl80211.interface.addSync({ wiphy: 0, name: 'mon0' } as never), /interface to have 'type'/],
    [(nl) => nl.nl80211.interface.addSync({ ...added, type: 'managed' } as never), /type of interface .*"managed"/],
    [(nl) => nl.nl80211.interface.addSync({ ...added, wiphy: -1 }), /wiphy to be an index or a name like phy0, got -1/],
    [(nl) => nl.nl80211.interface.addSync({ ...added, name: 'a/b' }), /name of interface .*"a\/b"/],
    [(nl) => nl.nl80211.interface.addSync({ ...added, address: '02:00' }), /address of interface .*"02:00"/],
    [(nl) => nl.nl80211.interface.setSync('wlan0', {}), /changes to have 'type' or 'use4addr', got none/],
    [(nl) => nl.nl80211.interface.setSync('wlan0', { mode: 'ap' } as never), /changes to have the keys.*'mode'/],
    [(nl) => nl.nl80211.wiphy.getSync(''), /wiphy to be an index or a name/],
    [(nl) => nl.nl80211.station.getSync('wlan0', 'x'), /address of station to be an address like .*"x"/],
    [(nl) => nl.nl80211.station.deleteSync('wlan0', 7 as never), /address of station.*7/],
    [(nl) => nl.nl80211.scan.triggerSync('wlan0', { ssids: ['x'.repeat(33)] }), /ssids\[0\] of scan .* up to 32 bytes/],
    [(nl) => nl.nl80211.scan.triggerSync('wlan0', { frequencies: [2412, 0] }), /frequencies\[1\] of scan .* got 0/],
    [
      (nl) => nl.nl80211.scan.triggerSync('wlan0', { ssids: ['a'], passive: true }),
      /ssids of scan only without passive/,
    ],
    [(nl) => nl.nl80211.scan.triggerSync('wlan0', { ssid: 'a' } as never), /scan to have the keys.*'ssid'/],
  ])
  using nl = Netlink.open()
  const refused = await nl.nl80211.scan.run('wlan0', { ssids: [7] } as never).catch((error: unknown) => error)
  assert.ok(refused instanceof TypeError && /ssids\[0\] of scan.*7/.test(refused.message))
})

test.run()
