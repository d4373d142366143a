import { type Declaration, decode, encode } from '@netloom/netlink/codec'
import { ethtool } from '@netloom/netlink/generic'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type EthtoolMessage, toObject } from '../../packages/netlink/dist/api/ethtool/subject.js'
import { type SubjectName, subjects } from '../../packages/netlink/dist/api/ethtool/table.js'
import '../support/built.js'

// Objects of drivers that test machines lack. The messages are encoded and decoded, so that their attributes are those of the wire.

const test = suite('objects of ethtool')

/** Names of the kernel, at the bits that the messages use. */
const strings: Readonly<Record<string, readonly string[]>> = {
  RSS_HASH_FUNCS: ['toeplitz', 'xor', 'crc32'],
  STATS_STD: ['eth-phy', 'eth-mac', 'eth-ctrl', 'rmon'],
  STATS_ETH_MAC: ['FramesTransmittedOK', 'SingleCollisionFrames'],
  STATS_RMON: ['etherStatsUndersizePkts'],
  PRIV_FLAGS: ['first', '', 'third'],
  LINK_MODES: ['10baseT/Half', '10baseT/Full', '100baseT/Half'],
  WOL_MODES: ['phy', 'unicast', 'multicast', 'broadcast', 'arp', 'magic'],
}

type Reply = keyof typeof ethtool.replies & string

/** Returns a message with these attributes, as it is received. */
function received(reply: Reply, attrs: object): EthtoolMessage {
  const declaration = ethtool.replies[reply][1] as unknown as Declaration<EthtoolMessage>
  return decode(declaration, encode(declaration, { cmd: 0, version: 1, attrs } as EthtoolMessage))
}

/** Returns the object of a message with these attributes, without its link. */
function objectOf(name: SubjectName, reply: Reply, attrs: object): object {
  const message = received(reply, { header: { devIndex: 7, devName: 'eth0' }, ...attrs })
  const { dev, devName, ...rest } = toObject(subjects[name], message, (set) => strings[set] ?? [])
  assert.equal([dev, devName], [7, 'eth0'])
  return { ...rest }
}

/** A set of bits as words, as notifications contain it. */
const words = (value: number, mask: number) => ({ size: 8, value: [value], mask: [mask] })

const rows: readonly (readonly [SubjectName, Reply, object, object])[] = [
  [
    'rings',
    'ETHTOOL_MSG_RINGS_GET_REPLY',
    { rxMax: 4096, rx: 256, tcpDataSplit: 2, txPush: 0, cqeSize: 64 },
    { rxMax: 4096, rx: 256, tcpDataSplit: 'enabled', cqeSize: 64, txPush: false },
  ],
  [
    'coalesce',
    'ETHTOOL_MSG_COALESCE_GET_REPLY',
    { rxUsecs: 8, txMaxFrames: 32, useAdaptiveRx: 1, pktRateLow: 5, rxMaxFramesLow: 6, rateSampleInterval: 2 },
    { adaptiveRx: true, rxUsecs: 8, txFrames: 32, pktRateLow: 5, rxFramesLow: 6, sampleInterval: 2 },
  ],
  [
    'pause',
    'ETHTOOL_MSG_PAUSE_GET_REPLY',
    { autoneg: 1, rx: 0, tx: 1, stats: { txFrames: 5n, rxFrames: 6n }, statsSrc: 1 },
    { autonegotiation: true, rx: false, tx: true, stats: { txFrames: 5n, rxFrames: 6n }, statsSource: 'emac' },
  ],
  [
    'eee',
    'ETHTOOL_MSG_EEE_GET_REPLY',
    { modesOurs: words(2, 6), modesPeer: words(1, 1), active: 1, enabled: 0, txLpiTimer: 17 },
    {
      ...{ supported: ['10baseT/Full', '100baseT/Half'], advertised: ['10baseT/Full'], peer: ['10baseT/Half'] },
      ...{ active: true, enabled: false, txLpiTimer: 17 },
    },
  ],
  [
    'fec',
    'ETHTOOL_MSG_FEC_GET_REPLY',
    {
      modes: { nomask: true, bits: { bit: [{ index: 50, name: 'RS' }] } },
      ...{ auto: 0, active: 50, stats: { corrected: [3n, 1n, 2n], uncorr: [4n] } },
    },
    {
      ...{ modes: ['RS'], auto: false, active: 'RS' },
      stats: { correctedBlocks: [3n, 1n, 2n], uncorrectableBlocks: [4n] },
    },
  ],
  [
    'stats',
    'ETHTOOL_MSG_STATS_GET_REPLY',
    {
      grp: [
        { id: 0, ssId: 17 },
        { id: 1, ssId: 18, stat: [{ txPkt: 9n }, { singleCol: 1n }] },
        { id: 3, ssId: 20, stat: [{ undersize: 2n }], histRx: [{ histBktLow: 0, histBktHi: 64, histVal: 3n }] },
      ],
      src: 0,
    },
    {
      groups: {
        'eth-mac': { counters: { FramesTransmittedOK: 9n, SingleCollisionFrames: 1n } },
        rmon: { counters: { etherStatsUndersizePkts: 2n }, rxHistogram: [{ low: 0, high: 64, packets: 3n }] },
      },
      source: 'aggregate',
    },
  ],
  [
    'rss',
    'ETHTOOL_MSG_RSS_GET_REPLY',
    { hfunc: 1, indir: [0, 1, 0, 1], hkey: Buffer.from('00ff10', 'hex'), inputXfrm: 1, flowHash: { tcp4: 0x30n } },
    {
      ...{ context: 0, hashFunction: 'toeplitz', hashKey: '00:ff:10', indirection: [0, 1, 0, 1] },
      ...{ inputTransform: 'sym_xor', hashFields: { tcp4: ['IP_SRC', 'IP_DST'] } },
    },
  ],
  ['privateFlags', 'ETHTOOL_MSG_PRIVFLAGS_GET_REPLY', { flags: words(4, 7) }, { flags: { first: false, third: true } }],
  [
    'wol',
    'ETHTOOL_MSG_WOL_GET_REPLY',
    { modes: words(0x20, 0x21), sopass: Buffer.from('001122334455', 'hex') },
    { supported: ['phy', 'magic'], enabled: ['magic'] },
  ],
  [
    'module',
    'ETHTOOL_MSG_MODULE_GET_REPLY',
    { powerModePolicy: 2, powerMode: 1 },
    { powerModePolicy: 'auto', powerMode: 'low' },
  ],
  [
    'plca',
    'ETHTOOL_MSG_PLCA_GET_CFG_REPLY',
    { version: 0x0a10, enabled: 1, nodeId: 0, nodeCnt: 8, toTmr: 32, burstCnt: 0, burstTmr: 128 },
    {
      ...{ version: 0x0a10, enabled: true, nodeId: 0, nodeCount: 8, toTimer: 32, burstCount: 0, burstTimer: 128 },
    },
  ],
  [
    'tunnels',
    'ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY',
    {
      udpPorts: {
        table: [
          {
            ...{ size: 4, types: { nomask: true, bits: { bit: [{ index: 0, name: 'vxlan' }] } } },
            entry: [{ port: 4789, type: 0 }],
          },
        ],
      },
    },
    { tables: [{ size: 4, types: ['vxlan'], ports: [{ port: 4789, type: 'vxlan' }] }] },
  ],
  [
    'mm',
    'ETHTOOL_MSG_MM_GET_REPLY',
    { pmacEnabled: 1, txActive: 0, txMinFragSize: 60, verifyStatus: 3, verifyTime: 10, stats: { holdCount: 2n } },
    {
      ...{ pmacEnabled: true, txActive: false, txMinFragSize: 60, verifyStatus: 'succeeded', verifyTime: 10 },
      stats: { holds: 2n },
    },
  ],
  ['virtualClocks', 'ETHTOOL_MSG_PHC_VCLOCKS_GET_REPLY', { num: 2, index: [3, 4] }, { clocks: [3, 4] }],
  [
    'linkModes',
    'ETHTOOL_MSG_LINKMODES_GET_REPLY',
    { autoneg: 1, ours: words(3, 7), peer: words(2, 2), speed: 0xffffffff, duplex: 255, masterSlaveCfg: 4, lanes: 2 },
    {
      ...{ autonegotiation: true, duplex: 'unknown', lanes: 2, masterSlave: 'master_force', peer: ['10baseT/Full'] },
      ...{ supported: ['10baseT/Half', '10baseT/Full', '100baseT/Half'], advertised: ['10baseT/Half', '10baseT/Full'] },
    },
  ],
]

for (const [name, reply, attrs, object] of rows) test(name, () => assert.equal(objectOf(name, reply, attrs), object))

test('JSON of an object with counters has numbers', () => {
  const message = received('ETHTOOL_MSG_PAUSE_GET_REPLY', { stats: { txFrames: 5n } })
  const object = toObject(subjects.pause, message, () => [])
  assert.equal(JSON.parse(JSON.stringify(object)).stats, { txFrames: 5 })
})

test.run()
