import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Wrong arguments of nl.ethtool. Each is refused with its name, what is expected and what was given, and changes nothing.

const test = suiteNeeding('wrong arguments of ethtool', 'netns', 'tun')

// biome-ignore lint/suspicious/noExplicitAny: the arguments are wrong
type Any = any

/** Calls with wrong arguments, and what their errors contain. */
const wrong: readonly (readonly [(ethtool: Any) => unknown, RegExp])[] = [
  [(e) => e.rings.setSync('v0', { rx: -1 }), /^expected rx of rings to be an integer from 0 to 4294967295, got -1$/],
  [(e) => e.rings.setSync('v0', { rx: '512' }), /^expected rx of rings to be an integer .*, got "512"$/],
  [(e) => e.rings.setSync('v0', { rxMax: 5 }), /^expected rings to have the keys rx, .*, got 'rxMax'$/],
  [(e) => e.rings.setSync('v0', {}), /^expected the change of rings to have one of rx, .*, got none$/],
  [(e) => e.rings.setSync('v0', { rx: undefined }), /one of rx, .*, got none$/],
  [(e) => e.rings.setSync('v0', { rx: null }), /^expected rx of rings to have a value or to be left out, got null$/],
  [(e) => e.rings.setSync('v0'), /^expected rings to be an object, got undefined$/],
  [
    (e) => e.rings.setSync('v0', { tcpDataSplit: 'maybe' }),
    /^expected tcpDataSplit of rings to be a number or one of unknown, disabled, enabled, got "maybe"$/,
  ],
  [(e) => e.pause.setSync('v0', { rx: 1 }), /^expected rx of pause frames to be true or false, got 1$/],
  [(e) => e.linkModes.setSync('v0', { duplex: 'ful' }), /^expected duplex of link modes to be .*full.*, got "ful"$/],
  [
    (e) => e.linkModes.setSync('v0', { speed: 'fast' }),
    /^expected speed of link modes to be an integer .*, got "fast"$/,
  ],
  [
    (e) => e.linkModes.setSync('v0', { advertised: '1000baseT/Full' }),
    /^expected advertised of link modes to be a list of names/,
  ],
  [
    (e) => e.linkModes.setSync('v0', { advertised: ['1000baseT/full'] }),
    /got "1000baseT\/full" \(did you mean "1000baseT\/Full"\?\)$/,
  ],
  [
    (e) => e.linkModes.setSync('v0', { advertised: { nothing: true } }),
    /^expected advertised of link modes to be a name that the kernel has, got "nothing"/,
  ],
  [
    (e) => e.debug.setSync('tap0', { messages: ['drvv'] }),
    /^expected messages of debug messages to be of the names drv, probe, .*, got "drvv" \(did you mean "drv"\?\)$/,
  ],
  [
    (e) => e.wol.setSync('v0', { enabled: ['magick'] }),
    /of the names phy, .*, got "magick" \(did you mean "magic"\?\)$/,
  ],
  [
    (e) => e.wol.setSync('v0', { password: 'secret' }),
    /^expected password of wake-on-LAN to be 6 bytes as hexadecimal text, .*, got another text$/,
  ],
  [(e) => e.privateFlags.setSync('v0', { flags: { x: true } }), /^expected flags of private flags to be .*, got "x"$/],
  [
    (e) => e.features.setSync('v0', { 'tx-checksum': true }),
    /^expected a key of features to be a name that the kernel has, got "tx-checksum" \(did you mean "/,
  ],
  [(e) => e.features.setSync('v0', { 'rx-gro': 'on' }), /^expected rx-gro of features to be true or false, got "on"$/],
  [(e) => e.features.setSync('v0', {}), /^expected features to have at least one name, got none$/],
  [(e) => e.features.setSync('v0'), /^expected features to be an object, got undefined$/],
  [(e) => e.features.getSync(0), /^expected link to be an index from 1, got 0$/],
  [(e) => e.rings.getSync({ name: 'v0', index: 2 }), /^expected link to have one of name, index and altName, got 2$/],
  [(e) => e.rings.getSync(), /^expected link to be .*, got undefined$/],
  [(e) => e.readModuleSync('v0', { offset: 0 }), /^expected part to have 'length', got none$/],
  [
    (e) => e.readModuleSync('v0', { offset: 0, length: 129 }),
    /^expected length of part to be an integer from 1 to 128, got 129$/,
  ],
  [(e) => e.stringsSync('feature'), /^expected set to be a number or one of test, .*, got "feature"$/],
  [(e) => e.rings.listSync({}, {}), /^listSync|^list: expected at most 1 arguments, got 2$/],
]

test('wrong arguments are refused in words, and nothing is sent that changes something', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    namespace.exec('ip', ['tuntap', 'add', 'tap0', 'mode', 'tap'])
    using nl = Netlink.open({ netns: namespace.path })
    const before = [nl.ethtool.getSync('v0'), nl.ethtool.getSync('tap0')]
    for (const [call, message] of wrong) {
      try {
        call(nl.ethtool)
      } catch (error) {
        assert.instance(error, TypeError, `${call}`)
        assert.match((error as Error).message, message)
        continue
      }
      assert.unreachable(`${call}`)
    }
    assert.equal([nl.ethtool.getSync('v0'), nl.ethtool.getSync('tap0')], before)
  }))

test('a feature that the driver does not let be changed is refused, also as a group', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    using nl = Netlink.open({ netns: namespace.path })
    for (const name of ['tx-checksum-ipv4', 'large-receive-offload'])
      try {
        await nl.ethtool.features.set('v0', { 'rx-gro': true, [name]: true })
        assert.unreachable(name)
      } catch (error) {
        const { code, object, attribute } = error as { code: string; object: string; attribute: string }
        assert.equal([code, object, attribute], ['EOPNOTSUPP', 'features of v0', name])
      }
    assert.is(nl.ethtool.features.getSync('v0').features['rx-gro']?.active, false)
    // Turned off already.
    assert.equal(await nl.ethtool.features.set('v0', { 'tx-checksum-ipv4': false }), {})
  }))

test('a refusal of the kernel names the option', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
    using nl = Netlink.open({ netns: namespace.path })
    try {
      nl.ethtool.channels.setSync('v0', { rx: 1000 })
      assert.unreachable()
    } catch (error) {
      assert.match(String(error), /ETHTOOL_MSG_CHANNELS_SET channels of v0: rx: .*exceeds maximum/)
    }
  }))

test.run()
