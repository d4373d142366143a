import { AF, decode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { batadvMeshAttrs } from '../../packages/netlink/dist/generic/batadv.js'
import { handshakeAcceptMessage } from '../../packages/netlink/dist/generic/handshake.js'
import { hsrMessage } from '../../packages/netlink/dist/generic/hsr.js'
import * as ipvs from '../../packages/netlink/dist/generic/ipvs.js'
import { nl802154Attrs } from '../../packages/netlink/dist/generic/nl802154.js'
import * as ovs from '../../packages/netlink/dist/generic/ovs/index.js'
import { pspAssocMessage } from '../../packages/netlink/dist/generic/psp.js'
import { smc } from '../../packages/netlink/dist/generic/smc.js'
import {
  type TaskstatsStruct,
  taskstats,
  taskstatsStruct,
  taskstatsTypeAttrs,
} from '../../packages/netlink/dist/generic/taskstats.js'
import { tipcMessage } from '../../packages/netlink/dist/generic/tipc.js'
import { vdpaMessage } from '../../packages/netlink/dist/generic/vdpa.js'
import { vectors } from '../support/vectors.js'

function emptyTaskstats(): TaskstatsStruct {
  return decode(taskstatsStruct, Buffer.alloc(taskstatsStruct.size))
}

// BATADV_ATTR_VLANID: the kernel accepts a different size than it sends.
vectors(batadvMeshAttrs, {
  correct: [
    [{ meshIfindex: 3, origAddress: '02:00:00:00:00:01' }, { LE: '0800 0300 03000000 0a00 0900 020000000001 0000' }],
    [{ vlanid: 5 }, { LE: '0600 2800 0500 0000', BE: '0006 0028 0005 0000' }],
  ],
  decodes: [[{ LE: '0800 2800 05000000', BE: '0008 0028 00000005' }, { vlanid: 5 }]],
  errValues: [{ origAddress: 'x' }],
  errHex: [{ LE: '0500 2800 05 000000' }],
})

// An address has 16 bytes. Its family selects the format.
vectors<ipvs.IpvsSvcAttrs>(
  ipvs.ipvsSvcAttrs,
  {
    correct: [
      [
        { af: AF.INET, protocol: 6, addr: '192.0.2.1', port: 80, netmask: '255.255.255.255' },
        {
          LE: `0600 0100 0200 0000 0600 0200 0600 0000 1400 0300 c0000201 000000000000000000000000
               0600 0400 0050 0000 0800 0900 ffffffff`,
        },
      ],
      [
        { af: AF.INET6, addr: '2001:db8::1', netmask: 128, flags: { flags: 1, mask: 0xffffffff } },
        {
          LE: `0600 0100 0a00 0000 1400 0300 20010db8000000000000000000000001
               0800 0900 80000000 0c00 0700 01000000 ffffffff`,
        },
      ],
    ],
    errValues: [{ af: AF.INET, addr: '::1' }],
    errHex: [{ LE: '0600 0100 0200 0000 0500 0200 06000000' }],
  },
  'IPVS_SVC_ATTR',
)

vectors(tipcMessage, {
  correct: [
    [
      {
        cmd: 8,
        version: 1,
        attrs: { link: { name: 'broadcast-link', prop: { win: 50 }, stats: { rxInfo: 1 } } },
      },
      {
        LE: `0801 0000 3000 0480 1300 0100 62726f6164636173742d6c696e6b00 00
             0c00 0780 0800 0300 32000000 0c00 0880 0800 0100 01000000`,
      },
    ],
  ],
})

vectors(vdpaMessage, {
  correct: [
    // Names and values of vendor statistics alternate. Without the wire form, the names come first.
    [
      { cmd: 6, version: 1, attrs: { devName: 'v', devVendorAttrName: ['rx'], devVendorAttrValue: [7n] } },
      { LE: '0601 0000 0600 0400 7600 0000 0700 1200 727800 00 0c00 1300 0700000000000000' },
    ],
  ],
})

vectors(
  nl802154Attrs,
  {
    correct: [
      [
        {
          wpanPhyCaps: {
            ccaModes: [
              [1, true],
              [4, true],
            ],
          },
        },
        { LE: '1000 1880 0c00 0580 0400 0100 0400 0400' },
      ],
    ],
  },
  'NL802154_ATTR',
)

vectors(ovs.ovsFlowMessage, {
  correct: [
    // The order of actions is significant, and an action may occur twice.
    [
      {
        cmd: 1,
        version: 1,
        dpIfindex: 7,
        attrs: {
          key: { inPort: 1, ethernet: { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' }, ethertype: 0x0800 },
          actions: [
            { output: 2 },
            { pushVlan: { tpid: 0x8100, tci: 0x1005 } },
            { output: 3 },
            { sample: { probability: 5, actions: [{ popVlan: true }] } },
          ],
        },
      },
      {
        LE: `0101 0000 07000000 2400 0180 0800 0300 01000000 1000 0400 020000000001 020000000002 0600 0600 0800 0000
             3000 0280 0800 0100 02000000 0800 0400 8100 1005 0800 0100 03000000
             1400 0680 0800 0100 05000000 0800 0280 0400 0500`,
      },
    ],
    [
      {
        cmd: 1,
        version: 1,
        dpIfindex: 7,
        attrs: {
          actions: [
            {
              setMasked: {
                udp: [
                  { src: 53, dst: 0 },
                  { src: 0xffff, dst: 0 },
                ],
              },
            },
          ],
        },
      },
      { LE: '0101 0000 07000000 1400 0280 1000 0b80 0c00 0a00 0035 0000 ffff 0000' },
    ],
  ],
  errValues: [{ attrs: { actions: {} } }, { attrs: { actions: [{ output: -1 }] } }],
  errHex: [{ LE: '0101 0000 07000000 0c00 0280 0900 0100 02000000' }],
})

vectors(handshakeAcceptMessage, {
  correct: [
    [
      {
        cmd: 2,
        version: 1,
        attrs: {
          sockfd: 5,
          certificate: [
            { cert: 1, privkey: 2 },
            { cert: 3, privkey: 4 },
          ],
        },
      },
      {
        LE: `0201 0000 0800 0100 05000000 1400 0780 0800 0100 01000000 0800 0200 02000000
             1400 0780 0800 0100 03000000 0800 0200 04000000`,
      },
    ],
  ],
})

// The node list of a ring repeats the address attribute (hsr_get_node_list).
vectors(hsrMessage, {
  correct: [
    [
      { cmd: 6, version: 1, attrs: { ifindex: 4, nodeAddr: ['02:00:00:00:00:01', '02:00:00:00:00:02'] } },
      { LE: '0601 0000 0800 0200 04000000 0a00 0100 020000000001 0000 0a00 0100 020000000002 0000' },
    ],
  ],
})

vectors(pspAssocMessage, {
  correct: [
    [
      { cmd: 8, version: 1, attrs: { devId: 1, rxKey: { key: Buffer.from([1, 2, 3, 4]), spi: 9 } } },
      { LE: '0801 0000 0800 0100 01000000 1400 0380 0800 0100 01020304 0800 0200 09000000' },
    ],
  ],
})

// The struct of an older kernel is shorter. Missing members are zero.
vectors(
  taskstatsTypeAttrs,
  {
    decodes: [
      [
        { LE: '1800 0480 0800 0100 05000000 0c00 0300 0a00 0000 00000000' },
        { aggrPid: { pid: 5, stats: { ...emptyTaskstats(), version: 10 } } },
      ],
    ],
  },
  'TASKSTATS_TYPE',
)

const others = suite('families whose commands differ in format')

others('taskstats requests and replies have different attributes', () => {
  assert.is(taskstats.byCommand(1, false)?.declaration.name, 'TASKSTATS request')
  assert.is(taskstats.byCommand(2, true)?.declaration.name, 'TASKSTATS')
})

others('SMC has different attributes for each kind of list', () => {
  assert.is(smc.byCommand(smc.messages.SMC_NETLINK_DUMP_UEID[0], true)?.declaration.name, 'SMC EID')
  assert.is(smc.byCommand(smc.messages.SMC_NETLINK_GET_STATS[0], true)?.declaration.name, 'SMC')
})

others.run()

const test = suite('IPVS')

test('the reply to IPVS_CMD_GET_INFO has the number of IPVS_CMD_SET_INFO', () => {
  assert.is(ipvs.ipvs.byCommand(14, true)?.declaration === ipvs.ipvsInfoMessage, true)
  assert.is(ipvs.ipvs.byCommand(14, true)?.name, 'IPVS_CMD_SET_INFO')
})

test.run()
