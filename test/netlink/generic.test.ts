import type { Connection } from '@netloom/netlink'
import { encode, struct, u32 } from '@netloom/netlink/codec'
import * as generic from '@netloom/netlink/generic'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ctrlAttrs, GENL_ID_CTRL, nlctrl } from '../../packages/netlink/dist/generic/control.js'
import { ethtool } from '../../packages/netlink/dist/generic/ethtool/index.js'
import * as families from '../../packages/netlink/dist/generic/families.js'
import { genericFamily, genericMessage } from '../../packages/netlink/dist/generic/family.js'
import { encodeMessage, gets, parseMessages } from '../../packages/netlink/dist/message/index.js'
import { vectors } from '../support/vectors.js'

const [, control] = nlctrl.messages.CTRL_CMD_GETFAMILY

vectors(
  control,
  {
    correct: [
      [
        { cmd: 3, version: 1, attrs: { familyName: 'ethtool' } },
        { LE: '03010000 0c00 0200 657468746f6f6c00', BE: '03010000 000c 0002 657468746f6f6c00' },
      ],
      [
        { cmd: 10, version: 1, attrs: { familyId: 23, op: 21 } },
        {
          LE: '0a010000 0600 0100 1700 0000 0800 0a00 15000000',
          BE: '0a010000 0006 0001 0017 0000 0008 000a 00000015',
        },
      ],
      [
        { cmd: 10, version: 2, attrs: { familyId: 23, opPolicy: [[21, { do: 0, dump: 0 }]] } },
        {
          LE: `0a020000
               0600 0100 1700 0000      # CTRL_ATTR_FAMILY_ID
               1800 0980                # CTRL_ATTR_OP_POLICY
                 1400 1580              #   of command 21
                   0800 0100 00000000   #     CTRL_ATTR_POLICY_DO
                   0800 0200 00000000`, // CTRL_ATTR_POLICY_DUMP
        },
      ],
      [
        { cmd: 10, version: 2, attrs: { familyId: 23, policy: [[1, [[2, { maxLength: 127, type: 12 }]]]] } },
        {
          LE: `0a020000 0600 0100 1700 0000
               1c00 0880                # CTRL_ATTR_POLICY
                 1800 0180              #   policy 1
                   1400 0280            #     attribute 2
                     0800 0700 7f000000 #       NL_POLICY_TYPE_ATTR_MAX_LENGTH
                     0800 0100 0c000000`, //    NL_POLICY_TYPE_ATTR_TYPE: NL_ATTR_TYPE_NUL_STRING
        },
      ],
    ],
    decodes: [
      [
        // The kernel sends its lists without NLA_F_NESTED (ctrl_fill_info).
        {
          LE: `01020000
               0b00 0200 6e6c6374726c00 00
               0600 0100 1000 0000
               0800 0300 02000000 0800 0400 00000000 0800 0500 0a000000
               2c00 0600                                                  # CTRL_ATTR_OPS
                 1400 0100 0800 0100 03000000 0800 0200 0e000000
                 1400 0200 0800 0100 0a000000 0800 0200 0c000000
               1c00 0700                                                  # CTRL_ATTR_MCAST_GROUPS
                 1800 0100 0800 0200 10000000 0b00 0100 6e6f7469667900 00`,
        },
        {
          cmd: 1,
          version: 2,
          attrs: {
            familyName: 'nlctrl',
            familyId: 16,
            version: 2,
            hdrsize: 0,
            maxattr: 10,
            ops: [
              { id: 3, flags: 14 },
              { id: 10, flags: 12 },
            ],
            mcastGroups: [{ id: 16, name: 'notify' }],
          },
        },
      ],
    ],
    errValues: [{ attrs: { familyId: 65536 } }, { attrs: { family: 16 } }, { cmd: 256 }, { _reserved: 0 }],
    errHex: ['0301', { LE: '03010000 0500 0100 10' }],
  },
  'control message',
)

const test = suite('genericFamily()')

/** A family like those of Open vSwitch: with its own header, and a command whose reply has a different format. */
const ovsHeader = struct('ovs_header', { dpIfindex: u32 })
const withHeader = genericMessage('with a header', ctrlAttrs, ovsHeader)
const shaped = genericFamily('shaped', {
  version: 7,
  messages: { SHAPED_CMD_GET: gets(1, control, withHeader), SHAPED_CMD_READ: [2, withHeader] },
})

const nameOf = (found: { readonly name: string } | undefined) => found?.name

test('byCommand() finds a command if both directions have the same numbers', () => {
  assert.is(nameOf(nlctrl.byCommand(3, false)), 'CTRL_CMD_GETFAMILY')
  assert.is(nameOf(nlctrl.byCommand(1, true)), 'CTRL_CMD_NEWFAMILY')
  assert.is(nlctrl.byCommand(99, true), undefined)
})

test('byCommand() finds a command if each direction has its own numbers', () => {
  assert.is(nameOf(ethtool.byCommand(3, false)), 'ETHTOOL_MSG_LINKINFO_SET')
  assert.is(nameOf(ethtool.byCommand(3, true)), 'ETHTOOL_MSG_LINKINFO_NTF')
  assert.is(nameOf(ethtool.byCommand(51, false)), 'ETHTOOL_MSG_MSE_GET')
  assert.is(nameOf(ethtool.byCommand(54, true)), 'ETHTOOL_MSG_MSE_GET_REPLY')
  assert.is(ethtool.byCommand(54, false), undefined)
})

test('byCommand() finds replies without a command of the family', () => {
  const reply = nameOf(generic.gtp.byCommand(2, true))
  assert.is(reply, 'GTP_CMD_GETPDP')
  // The kernel writes the number of the family there.
  assert.is(nameOf(generic.gtp.byCommand(33, true)), reply)
  assert.is(generic.gtp.byCommand(33, false), undefined)
})

test('byCommand() finds a reply with a different format', () => {
  assert.is(shaped.byCommand(1, false)?.declaration, control)
  assert.is(shaped.byCommand(1, true)?.declaration, withHeader)
  assert.is(shaped.byCommand(2, true)?.declaration, withHeader)
})

test('the header of a family is next to cmd and version', () => {
  const value = { cmd: 1, version: 7, dpIfindex: 5, attrs: { familyName: 'x' } }
  const bytes = encode(withHeader, value, { order: 'LE' })
  assert.is(bytes.toString('hex'), `01070000${'05000000'}${'06000200'}78000000`)
})

test('protocol() returns a protocol with the number that the kernel assigned', () => {
  const { name, number, byName, received } = shaped.protocol(30)
  assert.equal([name, number], ['shaped', 16])
  const { type, isGet, isAcked, header } = byName('SHAPED_CMD_GET')
  assert.equal(
    { type, isGet, isAcked, header },
    { type: 30, isGet: true, isAcked: true, header: { cmd: 1, version: 7 } },
  )
  assert.is(byName('SHAPED_CMD_READ').isGet, false)
  assert.throws(() => byName('toString'), /^expected a command of shaped, got 'toString'$/)
  const from = (type: number, payload: string) =>
    [...parseMessages(encodeMessage({ type, flags: 0, seq: 1, pid: 1 }, Buffer.from(payload, 'hex')))].map(received)[0]
  assert.equal(nameOf(from(30, '01070000')), 'SHAPED_CMD_GET')
  assert.is(from(30, '01070000')?.declaration, withHeader)
  assert.is(from(31, '01070000'), undefined)
  assert.is(from(30, ''), undefined)
  assert.is(from(30, 'ff070000'), undefined)
})

test('families.ts exports each family of the entry point', () => {
  const exported = Object.entries<unknown>(generic).filter(
    ([, each]) => typeof each === 'object' && each !== null && 'byCommand' in each,
  )
  assert.equal(Object.keys(families), exported.map(([name]) => name).sort())
})

test('the controller has a fixed number', () => {
  const { type, header } = nlctrl.protocol(GENL_ID_CTRL).byName('CTRL_CMD_GETPOLICY')
  assert.equal({ type, header }, { type: 16, header: { cmd: 10, version: 2 } })
})

test('received() finds the reply declaration of a numbered protocol', () => {
  const received = (type: number) =>
    [...parseMessages(encodeMessage({ type, flags: 0, seq: 1, pid: 1 }, Buffer.alloc(0)))].map(rtnetlink.received)[0]
  const [, request, reply] = rtnetlink.messages.RTM_GETSTATS
  assert.is(received(94)?.declaration, reply)
  assert.is(rtnetlink.byName('RTM_GETSTATS').declaration, request)
  assert.is(received(16)?.declaration, rtnetlink.messages.RTM_NEWLINK[1])
  assert.is(received(15), undefined)
})

/** Never called: its body is for the compiler. */
function compiled(control: Connection<typeof nlctrl.messages>, device: Connection<typeof ethtool.messages>): void {
  const [family] = control.requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'ethtool' } })
  family?.attrs.ops?.[0]?.flags satisfies number | undefined
  family?.attrs.policy?.[0]?.[1][0]?.[1].maxLength satisfies number | undefined
  const [stats] = device.dumpSync('ETHTOOL_MSG_STATS_GET', { attrs: { groups: { nomask: true, size: 5, value: [2] } } })
  const [stat] = stats?.attrs.grp?.[0]?.stat ?? []
  if (stat && 'txPkt' in stat) stat.txPkt satisfies bigint | undefined
  // @ts-expect-error a command of ethtool
  control.requestSync('ETHTOOL_MSG_RINGS_GET', {})
  // @ts-expect-error only the kernel sends it
  device.requestSync('ETHTOOL_MSG_RINGS_NTF', {})
  // @ts-expect-error a name is a string
  device.requestSync('ETHTOOL_MSG_RINGS_GET', { attrs: { header: { devName: 5 } } })
}
void compiled

test.run()
