import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as generic from '../../packages/netlink/dist/generic/index.js'
import { vectors } from '../support/vectors.js'

// macsec_dump: nests without NLA_F_NESTED, channel identifiers in network order, packet numbers of two sizes
vectors(
  generic.macsec.messages.MACSEC_CMD_GET_TXSC[1],
  {
    decodes: [
      [
        {
          LE: `00010000
               0800 0100 05000000
               0c00 0900 0500 0100 00 000000                                    # MACSEC_ATTR_OFFLOAD
               1c00 0400 0c00 0100 0200000000010001 0c00 0400 0100000100c28000  # MACSEC_ATTR_SECY
               4c00 0500                                                        # MACSEC_ATTR_TXSA_LIST
                 2800 0100 0c00 0600 0800 0600 02000000 0500 0100 00 000000 0800 0300 07000000 0500 0200 01 000000
                 2000 0200 0500 0100 01 000000 0c00 0300 0700000000000000 0800 0800 00000001`,
        },
        {
          cmd: 0,
          version: 1,
          attrs: {
            ifindex: 5,
            offload: { type: 0 },
            secy: { sci: 0x0200000000010001n, cipherSuite: 0x0080c20001000001n },
            txsaList: [
              { stats: { outPktsProtected: 2 }, an: 0, pn: 7, active: 1 },
              { an: 1, pn: 7n, ssci: 1 },
            ],
          },
        },
      ],
    ],
    encodes: [
      [
        { cmd: 4, version: 1, attrs: { ifindex: 5, saConfig: { an: 1, pn: 1n, keyid: Buffer.alloc(16, 1) } } },
        {
          LE: `04010000 0800 0100 05000000
               2c00 0380 0500 0100 01 000000 0c00 0300 0100000000000000 1400 0500 01010101010101010101010101010101`,
        },
      ],
    ],
    errHex: [{ LE: '00010000 0e00 0380 0900 0300 0100000000 00' }],
    errValues: [{ attrs: { saConfig: { pn: 0x100000000 } } }, { attrs: { saConfig: { pn: '1' } } }],
  },
  'macsec message',
)

// team_nl_fill_one_option_get
vectors(generic.teamAttrs, {
  correct: [
    [
      {
        teamIfindex: 4,
        listOption: {
          option: [
            { name: 'mode', type: 5, data: 'activebackup' },
            { name: 'enabled', portIfindex: 2, type: 6, data: true },
            { name: 'user_linkup', type: 6, changed: true },
            { name: 'priority', type: 14, data: -5 },
          ],
        },
        listPort: { port: [{ ifindex: 2, linkup: true, speed: 10000, duplex: 1 }] },
      },
      {
        LE: `0800 0100 04000000
             9800 0280
               2c00 0180 0900 0100 6d6f646500 000000 0500 0300 05 000000 1100 0400 6163746976656261636b757000 000000
               2400 0180 0c00 0100 656e61626c656400 0800 0600 02000000 0500 0300 06 000000 0400 0400
               2000 0180 1000 0100 757365725f6c696e6b757000 0500 0300 06 000000 0400 0200
               2400 0180 0d00 0100 7072696f7269747900 000000 0500 0300 0e 000000 0800 0400 fbffffff
             2400 0380 2000 0180 0800 0100 02000000 0400 0300 0800 0400 10270000 0500 0500 01 000000`,
      },
    ],
  ],
  errValues: [
    { listOption: { option: [{ type: 3, data: 'text' }] } },
    { listOption: { option: [{ type: 1, data: 1 }] } },
  ],
})

// tcp_metrics_fill_info
vectors(generic.tcpMetricsAttrs, {
  correct: [
    [
      { addrIpv4: '192.0.2.1', age: 1500n, vals: { rttUs: 250, reodering: 3 }, saddrIpv4: '192.0.2.2' },
      {
        LE: `0800 0100 c0000201 0c00 0300 dc05000000000000
             1400 0680 0800 0600 fa000000 0800 0500 03000000
             0800 0b00 c0000202`,
      },
    ],
    [{ addrIpv6: '2001:db8::1' }, { LE: '1400 0200 20010db8000000000000000000000001' }],
  ],
  errHex: [{ LE: '0500 0100 c0 000000' }],
})

vectors(generic.l2tpAttrs, {
  correct: [
    [
      {
        connId: 1,
        peerConnId: 2,
        encapType: generic.L2TP_ENCAPTYPE.UDP,
        stats: { txPackets: 3n, rxInvalid: 4n },
        ipSaddr: '192.0.2.1',
        udpSport: 1701,
        ip6Daddr: '2001:db8::2',
        udpZeroCsum6Tx: true,
      },
      {
        LE: `0800 0900 01000000 0800 0a00 02000000 0600 0200 0000 0000
             1c00 1e80 0c00 0100 0300000000000000 0c00 0b00 0400000000000000
             0800 1800 c0000201 0600 1a00 a506 0000 1400 2000 20010db8000000000000000000000002 0400 2100`,
      },
    ],
  ],
})

vectors(generic.fouAttrs, {
  correct: [
    [
      { port: 5555, ipproto: 47, type: generic.FOU_ENCAP.GUE, af: 2, remcsumNopartial: true, peerV4: '192.0.2.9' },
      {
        LE: '0600 0100 15b3 0000 0500 0300 2f 000000 0500 0400 02 000000 0500 0200 02 000000 0400 0500 0800 0800 c0000209',
      },
    ],
  ],
})

vectors(generic.gtpNlAttrs, {
  correct: [
    [
      { version: generic.GTP.V1, link: 4, msAddress: '10.0.0.1', peerAddr6: '2001:db8::3', iTei: 100, oTei: 200 },
      {
        LE: `0800 0200 01000000 0800 0100 04000000 0800 0500 0a000001
             1400 0b00 20010db8000000000000000000000003 0800 0800 64000000 0800 0900 c8000000`,
      },
    ],
  ],
})

vectors(generic.ilaNlAttrs, {
  correct: [
    [
      { locator: 0x20010db800000001n, locatorMatch: 0x20010db800000002n, ifindex: 0, csumMode: 2, identType: 0 },
      {
        LE: `0c00 0100 20010db800000001 0c00 0300 20010db800000002
             0800 0400 00000000 0500 0700 02 000000 0500 0800 00 000000`,
      },
    ],
  ],
})

// netdev_nl_queue_fill_one, netdev_nl_qstats_get_dumpit
vectors(generic.netdevQueueAttrs, {
  correct: [
    [
      { id: 1, type: generic.NETDEV_QUEUE_TYPE.TX, ifindex: 2, napiId: 8193, xsk: {} },
      { LE: '0800 0100 01000000 0800 0300 01000000 0800 0200 02000000 0800 0400 01200000 0400 0780' },
    ],
  ],
})
vectors(generic.netdevQstatsAttrs, {
  correct: [
    [
      { ifindex: 2, rxPackets: 5n, txBytes: 0x100000000n },
      { LE: '0800 0100 02000000 0800 0800 05000000 0c00 0b00 0000000001000000' },
    ],
  ],
})

// dpll_cmd_pin_get_one: repeated ranges and parents, and an offset that fits four bytes
vectors(generic.dpllNlPinAttrs, {
  correct: [
    [
      {
        id: 7,
        boardLabel: 'SMA1',
        frequencySupported: [{ frequencyMin: 1n, frequencyMax: 2n }],
        parentDevice: [{ parentId: 1, prio: 0, phaseOffset: -1n }],
        fractionalFrequencyOffset: -3n,
      },
      {
        LE: `0800 0100 07000000 0900 0600 534d413100 000000
             1c00 0c80 0c00 0d00 0100000000000000 0c00 0e00 0200000000000000
             2000 1280 0800 0200 01000000 0800 0f00 00000000 0c00 1700 ffffffffffffffff
             0800 1800 fdffffff`,
      },
    ],
  ],
})
vectors(generic.dpllNlAttrs, {
  correct: [
    [{ modeSupported: [1, 2], temp: -5000 }, { LE: '0800 0600 01000000 0800 0600 02000000 0800 0800 78ecffff' }],
  ],
})

vectors(generic.ovpnNlAttrs, {
  correct: [
    [
      {
        ifindex: 3,
        peer: { id: 1, remoteIpv4: '192.0.2.1', remotePort: 1194, vpnRxBytes: 5n },
        keyconf: { peerId: 1, slot: generic.OVPN_KEY_SLOT.SECONDARY, encryptDir: { nonceTail: Buffer.alloc(8, 2) } },
      },
      {
        LE: `0800 0100 03000000
             2400 0280 0800 0100 01000000 0800 0200 c0000201 0600 0500 04aa 0000 0800 1000 05000000
             2400 0380 0800 0100 01000000 0800 0200 01000000 1000 0580 0c00 0200 0202020202020202`,
      },
    ],
  ],
})

vectors(generic.netShaperAttrs, {
  correct: [
    [
      { handle: { scope: generic.NET_SHAPER_SCOPE.QUEUE, id: 1 }, bwMax: 0x100000000n, leaves: [{ weight: 2 }] },
      {
        LE: `1400 0180 0800 0100 02000000 0800 0200 01000000 0c00 0400 0000000001000000
             0c00 0a80 0800 0700 02000000`,
      },
    ],
  ],
})

const test = suite('small generic families')

test('events of IOAM6 have their own numbers', () => {
  assert.is(generic.ioam6.byCommand(1, false)?.name, 'IOAM6_CMD_ADD_NAMESPACE')
  assert.is(generic.ioam6.byCommand(1, true)?.name, 'IOAM6_EVENT_TRACE')
  assert.is(generic.ioam6.byCommand(6, true)?.name, 'IOAM6_CMD_DUMP_SCHEMAS')
})

test('commands with DUMP in their name are gets', () => {
  assert.is(generic.ioam6.protocol(30).byName('IOAM6_CMD_DUMP_NAMESPACES').isGet, true)
  assert.is(generic.seg6.protocol(31).byName('SEG6_CMD_DUMPHMAC').isGet, true)
  assert.is(generic.seg6.protocol(31).byName('SEG6_CMD_SETHMAC').isGet, false)
})

test.run()
