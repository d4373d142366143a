import { Netlink, type WifiEvent, type WifiInterface, type WifiStation } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses } from '../support/api.js'
import { runCookbookSection } from '../support/cookbook-twins.js'
import { loadModule } from '../support/guest-modules.js'
import { iw, withRadios } from '../support/iw.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { sameLines } from '../support/same-lines.js'
import { until } from '../support/until.js'

/** nl.nl80211, compared with iw on simulated devices. This machine's kernel may lack them. */
const test = suiteNeeding('nl80211', 'netns', 'iw')

test.before(() => loadModule('mac80211_hwsim', 'radios=2'))

/** Defines a test with both devices in a namespace. */
const withNl = (name: string, use: (nl: Netlink, ns: Namespace) => Promise<void>) =>
  test(name, () =>
    withRadios(async (ns) => {
      using nl = Netlink.open({ netns: ns.path })
      await use(nl, ns)
    }),
  )

/** Words of iw for types of interfaces. */
const iwTypes: Readonly<Record<string, string>> = {
  ...{ adhoc: 'IBSS', station: 'managed', ap: 'AP', ap_vlan: 'AP/VLAN', mesh_point: 'mesh point' },
  ...{ p2p_client: 'P2P-client', p2p_go: 'P2P-GO', p2p_device: 'P2P-device', ocb: 'outside context of a BSS' },
}
const iwType = (type: string | number) => iwTypes[type] ?? String(type)

/** Words of iw for ciphers. */
const iwCiphers: Readonly<Record<string, string>> = {
  ...{ WEP40: 'wep40', WEP104: 'wep104', TKIP: 'tkip', 'CCMP-128': 'ccmp', 'CCMP-256': 'ccmp_256' },
  ...{ 'GCMP-128': 'gcmp', 'GCMP-256': 'gcmp_256', CMAC: 'aes_cmac', 'CMAC-256': 'bip_cmac_256' },
  ...{ 'GMAC-128': 'bip_gmac_128', 'GMAC-256': 'bip_gmac_256' },
}

/** Returns the texts behind a label, one for each line that has it. */
const valuesOf = (text: string, label: string) =>
  [...text.matchAll(new RegExp(`^\\s*${label}:? *\\t*(.*)$`, 'gm'))].map(([, value = '']) => value.trim())

const flagsText = (...flags: (string | false)[]) => {
  const set = flags.filter(Boolean)
  return set.length === 0 ? [] : [`(${set.join(', ')})`]
}

withNl('devices have the channels, types and ciphers that iw shows', async (nl, ns) => {
  const wiphys = await nl.nl80211.wiphy.list()
  assert.equal(wiphys.map(({ name }) => name).sort(), ['phy0', 'phy1'])
  const wiphy = nl.nl80211.wiphy.getSync('phy0')
  assert.ok(wiphy)
  assert.equal(await nl.nl80211.wiphy.get(wiphy.index), wiphy)
  const shown = iw(ns, 'phy', 'phy0', 'info')
  const channels = wiphy.bands.flatMap(({ band, channels }) =>
    channels.map(({ channel, frequency, isDisabled, maxTxPower, noIr, isRadar }) =>
      [
        // iw of Debian 12 prints whole MHz, and in this band no channels, but negative numbers.
        band === 's1ghz' ? `${Math.floor(frequency)} MHz` : `${frequency} MHz [${channel}]`,
        isDisabled ? '(disabled)' : `(${maxTxPower?.toFixed(1)} dBm)`,
        ...flagsText(noIr && !isDisabled && 'no IR', isRadar && !isDisabled && 'radar detection'),
      ].join(' '),
    ),
  )
  sameLines(
    channels,
    [...shown.matchAll(/^\t+\* (\d+ MHz \[-?\d+\].*)$/gm)].map(([, line = '']) => line.trim().replace(/ \[-\d+\]/, '')),
  )
  // mac80211_hwsim has a channel each half a MHz.
  const frequencies = wiphy.bands.find(({ band }) => band === 's1ghz')?.channels.map(({ frequency }) => frequency) ?? []
  assert.ok(frequencies.includes(902.5) && frequencies.includes(903))
  assert.is(new Set(frequencies).size, frequencies.length)
  const block = (label: string) =>
    (new RegExp(`^\\t${label}:\\n((?:\\t\\t \\* .*\\n)+)`, 'm').exec(shown)?.[1] ?? '')
      .split('\n')
      .map((line) => line.replace(/^\t\t \* /, ''))
      .filter((line) => line !== '')
  sameLines([...wiphy.interfaceTypes].map(iwType).sort(), block('Supported interface modes').sort())
  assert.is(String(wiphy.maxScanSsids), /max # scan SSIDs: (\d+)/.exec(shown)?.[1])
  assert.equal(wiphy.commands, block('Supported commands'))
  assert.equal(
    wiphy.ciphers,
    [...shown.matchAll(/\* (\S+) \(00-0f-ac:\d+\)/g)].map(([, cipher = '']) => iwCiphers[cipher]),
  )
  const rates = (line: string) => Number(/\* ([\d.]+) Mbps/.exec(line)?.[1])
  assert.equal(
    wiphy.bands.flatMap(({ bitrates }) => bitrates),
    shown
      .split('\n')
      .map(rates)
      .filter((rate) => !Number.isNaN(rate)),
  )
  assert.is(await nl.nl80211.wiphy.get('phy9'), undefined)
})

/** Returns an interface as iw prints it. */
const interfaceText = ({ name, index, wdev, address, ssid, type, channel, frequency, txPower }: WifiInterface) =>
  [
    ...[`Interface ${name}`, `ifindex ${index}`, `wdev 0x${wdev.toString(16)}`, `addr ${address}`],
    ...(ssid === undefined ? [] : [`ssid ${ssid}`]),
    `type ${iwType(type)}`,
    ...(channel === undefined ? [] : [`channel ${channel} (${frequency} MHz)`]),
    ...(txPower === undefined ? [] : [`txpower ${txPower.toFixed(2)} dBm`]),
  ].join('\n')

const shownInterface = (ns: Namespace, name: string) =>
  iw(ns, 'dev', name, 'info')
    .split('\n')
    .map((line) => line.trim().replace(/^(channel [^)]*\)).*$/, '$1'))
    .filter((line) => /^(Interface|ifindex|wdev|addr|ssid|type|channel|txpower) /.test(line))
    .join('\n')

withNl('interfaces are what iw shows, and are added, changed and deleted', async (nl, ns) => {
  const added = await nl.nl80211.interface.add({ wiphy: 'phy0', name: 'mon0', type: 'monitor' })
  assert.is(added.name, 'mon0')
  await nl.nl80211.interface.add({ wiphy: added.wiphy, name: 'ap0', type: 'ap', address: '02:00:00:00:01:55' })
  await nl.nl80211.interface.set('wlan1', { type: 'adhoc' })
  const all = nl.nl80211.interface.listSync()
  assert.equal(all.map(({ name }) => name).sort(), ['ap0', 'mon0', 'wlan0', 'wlan1'])
  for (const each of all) {
    assert.is(interfaceText(each), shownInterface(ns, each.name ?? ''))
    assert.equal(await nl.nl80211.interface.get(each.name ?? ''), each)
  }
  await nl.nl80211.interface.delete('mon0')
  await nl.nl80211.interface.delete('ap0')
  assert.is(await nl.nl80211.interface.get('mon0'), undefined)
  assert.is(await nl.nl80211.interface.get('lo'), undefined)
  await refuses(
    'none',
    () => nl.nl80211.interface.add({ wiphy: 'phy9', name: 'x', type: 'ap' }),
    'ENODEV',
    /device phy9/,
  )
  await refuses('index', () => nl.nl80211.interface.add({ wiphy: 99, name: 'x', type: 'ap' }), 'ENODEV', /device 99/)
  await refuses('lo', () => nl.nl80211.station.list('lo'), 'ENODEV', /lo: the link is not wireless/)
  await refuses('down', () => nl.nl80211.scan.trigger('wlan0'), 'ENETDOWN', /wlan0: the link is down/)
  await refuses('link', () => nl.nl80211.scan.results('none'), 'ENODEV', /no link "none"/)
})

/** Beacon of an access point, up to its SSID: a header, a time stamp, 100 TU, flags ESS and PRIVACY. */
const beacon = (address: string, ssid: string, capabilities: string) => {
  const mac = address.replaceAll(':', '')
  const name = Buffer.from(ssid).toString('hex')
  const length = ssid.length.toString(16).padStart(2, '0')
  const header = `80000000${'ff'.repeat(6)}${mac}${mac}0000`
  return `${header}${'00'.repeat(8)}6400${capabilities}00${length}${name}010882848b960c121824`
}

/** Elements of security behind the list of stations. */
const tails = {
  wpa2: '30140100000fac040100000fac040100000fac020000',
  mixed: '30180100000fac020200000fac04000fac020100000fac020000dd160050f20101000050f20201000050f20201000050f202',
  sae: '30140100000fac040100000fac040100000fac08c000',
}

/** Starts an access point on wlan0, scans from wlan1, and stops it. */
async function scanOf(nl: Netlink, ns: Namespace, ssid: string, capabilities: string, tail?: string) {
  await nl.link.set('wlan0', { up: false })
  await nl.nl80211.interface.set('wlan0', { type: 'ap' })
  await nl.link.set('wlan0', { up: true })
  await nl.link.set('wlan1', { up: true })
  const { address = '' } = (await nl.nl80211.interface.get('wlan0')) as WifiInterface
  const head = beacon(address, ssid, capabilities)
  const end = tail === undefined ? [] : ['tail', tail]
  iw(ns, 'dev', 'wlan0', 'ap', 'start', ssid, '2412', '100', '2', 'head', head, ...end)
  const found = await until('a scan finds the access point', async () => {
    const networks = await nl.nl80211.scan.run('wlan1', { frequencies: [2412], flush: true })
    return networks.find(({ bssid }) => bssid === address)
  })
  const shown = iw(ns, 'dev', 'wlan1', 'scan', 'dump')
  iw(ns, 'dev', 'wlan0', 'ap', 'stop')
  return { found, shown }
}

const words = (values: readonly (string | number)[]) => values.map((each) => String(each).toUpperCase()).join(' ')

withNl('a scan finds networks, with the security that iw shows', async (nl, ns) => {
  const open = await scanOf(nl, ns, 'open net', '0100')
  assert.equal([open.found.ssid, open.found.security, open.found.channel], ['open net', ['open'], 1])
  assert.is(open.found.capabilities.includes('ESS'), true)
  assert.is(valuesOf(open.shown, 'SSID')[0], 'open net')
  assert.is(`${open.found.signal?.toFixed(2)} dBm`, valuesOf(open.shown, 'signal')[0])
  assert.is(`${open.found.beaconInterval} TUs`, valuesOf(open.shown, 'beacon interval')[0])
  assert.is(open.found.frequency, Number(valuesOf(open.shown, 'freq')[0]))
  const secure = await scanOf(nl, ns, 'wpa2', '1100', tails.wpa2)
  assert.equal(secure.found.security, ['wpa2-psk'])
  const mixed = await scanOf(nl, ns, 'mixed', '1100', tails.mixed)
  assert.equal(mixed.found.security, ['wpa2-psk', 'wpa-psk'].sort())
  for (const { found, shown } of [secure, mixed]) {
    const rsn = shown.slice(shown.indexOf('RSN:'))
    assert.is(words([found.rsn?.group ?? '']), valuesOf(rsn, '\\* Group cipher')[0])
    assert.is(words(found.rsn?.pairwise ?? []), valuesOf(rsn, '\\* Pairwise ciphers')[0])
    assert.is(words(found.rsn?.keyManagement ?? []), valuesOf(rsn, '\\* Authentication suites')[0])
  }
  assert.is(
    words([mixed.found.wpa?.group ?? '']),
    valuesOf(mixed.shown.slice(mixed.shown.indexOf('WPA:')), '\\* Group cipher')[0],
  )
  assert.equal((await scanOf(nl, ns, 'sae', '1100', tails.sae)).found.security, ['wpa3-sae'])
  assert.equal((await scanOf(nl, ns, 'wep', '1100')).found.security, ['wep'])
})

/** Returns the counters of a station under the labels of iw. */
const countersOf = ({ rxBytes, txBytes, rxPackets, txPackets, txRetries, txFailed }: WifiStation) => ({
  ...{ 'rx bytes': rxBytes, 'tx bytes': txBytes, 'rx packets': rxPackets, 'tx packets': txPackets },
  ...{ 'tx retries': txRetries, 'tx failed': txFailed },
})

/** Returns the state of a station as iw prints it. */
const stateOf = ({ isAuthorized, isAuthenticated, isAssociated }: WifiStation) => {
  const [authorized, authenticated, associated] = [isAuthorized, isAuthenticated, isAssociated].map((is) =>
    is ? 'yes' : 'no',
  )
  return { authorized, authenticated, associated }
}

withNl('stations of an ad-hoc network have the statistics that iw shows', async (nl, ns) => {
  for (const link of ['wlan0', 'wlan1']) {
    await nl.nl80211.interface.set(link, { type: 'adhoc' })
    await nl.link.set(link, { up: true })
    iw(ns, 'dev', link, 'ibss', 'join', 'cell', '2412', 'fixed-freq', '02:11:22:33:44:55')
  }
  const station = await until('a station with packets', async () => {
    const stations = await nl.nl80211.station.list('wlan0', { names: true })
    return stations.find(({ rxPackets }) => rxPackets > 0)
  })
  assert.is(station.devName, 'wlan0')
  assert.is(station.address, (await nl.nl80211.interface.get('wlan1'))?.address)
  // Beacons are counted meanwhile: iw reads between two reads.
  const [before] = await nl.nl80211.station.list('wlan0')
  const shown = iw(ns, 'dev', 'wlan0', 'station', 'dump')
  const [after] = await nl.nl80211.station.list('wlan0')
  assert.ok(before && after)
  const theirs = (label: string) => valuesOf(shown, label)[0] ?? ''
  const later = countersOf(after)
  for (const [label, count] of Object.entries(countersOf(before))) {
    const read = BigInt(theirs(label))
    assert.ok(count <= read && read <= later[label as keyof typeof later], `${label}: ${count} <= ${read}`)
  }
  const state = stateOf(after)
  assert.equal(Object.fromEntries(Object.keys(state).map((label) => [label, theirs(label)])), state)
  assert.ok(after.signal !== undefined && theirs('signal').startsWith(`${after.signal} `), theirs('signal'))
  assert.is((await nl.nl80211.station.get('wlan0', station.address))?.address, station.address)
  assert.is(await nl.nl80211.station.get('wlan0', '02:99:99:99:99:99'), undefined)
  const own = (await nl.nl80211.interface.get('wlan0')) as WifiInterface
  assert.equal([own.ssid, own.frequency, own.channel], ['cell', 2412, 1])
})

withNl('changes and scans are events', async (nl, ns) => {
  using events = nl.nl80211.watch()
  await events.ready()
  iw(ns, 'phy', 'phy0', 'interface', 'add', 'mon0', 'type', 'monitor')
  iw(ns, 'dev', 'mon0', 'del')
  await nl.link.set('wlan1', { up: true })
  await nl.nl80211.scan.trigger('wlan1', { frequencies: [2412], passive: true })
  const seen: WifiEvent['type'][] = []
  for await (const event of events) {
    seen.push(event.type)
    if (event.type === 'new_scan_results') break
  }
  const expected = ['new_interface', 'del_interface', 'trigger_scan', 'new_scan_results']
  assert.equal(
    seen.filter((type) => expected.includes(type)),
    expected,
  )
})

/** Returns what iw shows of interfaces, without numbers that the kernel counts up. */
const shownDevices = (ns: Namespace) =>
  iw(ns, 'dev')
    .split('\n')
    .filter((line) => /Interface|type|channel/.test(line))
    .sort()

test('the commands and calls of the cookbook have the same effect', () =>
  runCookbookSection(
    'Wireless',
    (use) =>
      withRadios((ns) => {
        ns.ip('link', 'set', 'wlan1', 'up')
        return use(ns)
      }),
    shownDevices,
  ))

test.run()
