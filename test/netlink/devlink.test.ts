import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as dl from '../../packages/netlink/dist/generic/devlink/index.js'
import { vectors } from '../support/vectors.js'

const { DEVLINK_VAR_ATTR_TYPE: TYPE, DEVLINK_PARAM_CMODE: CMODE } = dl
const handle = { busName: 'netdevsim', devName: 'netdevsim10' }
const handleHex = '0e00 0100 6e657464657673696d00 0000 1000 0200 6e657464657673696d313000'

vectors(dl.devlinkMessage, {
  correct: [
    // A device, as devlink_nl_fill writes it.
    [
      {
        cmd: 3,
        version: 1,
        attrs: {
          ...handle,
          reloadFailed: 0,
          devStats: {
            reloadStats: {
              reloadActionInfo: [
                {
                  reloadAction: 1,
                  reloadActionStats: [{ reloadStatsEntry: [{ reloadStatsLimit: 0, reloadStatsValue: 2 }] }],
                },
              ],
            },
          },
        },
      },
      {
        LE: `0301 0000 ${handleHex} 0500 8800 00 000000 2c00 9c80 2800 9d80 2400 a280 0500 9900 01 000000
             1800 a380 1400 9e80 0500 9f00 00 000000 0800 a000 02000000`,
      },
    ],
    // A request of a program: the type is next to the value.
    [
      {
        cmd: 39,
        version: 1,
        attrs: {
          ...handle,
          paramName: 'max_macs',
          paramType: TYPE.U32,
          paramValueData: [32],
          paramValueCmode: CMODE.DRIVERINIT,
        },
      },
      {
        LE: `2701 0000 ${handleHex} 0d00 5100 6d61785f6d61637300 000000 0500 5300 03 000000
             0800 5600 20000000 0500 5700 01 000000`,
      },
    ],
  ],
  errValues: [{ attrs: { portIndex: -1 } }, { attrs: { reloadLimits: 1 } }],
  errHex: [
    [
      { LE: '0301 0000 0c00 9180 0600 0200 0000 0000' },
      'DEVLINK_ATTR_PORT_FUNCTION > DEVLINK_PORT_FN_ATTR_STATE: expected u8 (1 byte), got 2 bytes',
    ],
  ],
})

// The format of a value depends on the type, which is two nests further out (devlink_nl_param_fill).
const param = (type: number, value: dl.DevlinkParamValueAttrs) => ({
  param: { paramName: 'x', paramType: type, paramValuesList: { paramValue: [value] } },
})
vectors(
  dl.devlinkAttrs,
  {
    correct: [
      [
        param(TYPE.U32, { paramValueCmode: CMODE.DRIVERINIT, paramValueData: [32] }),
        {
          LE: '2c00 5080 0600 5100 7800 0000 0500 5300 03 000000 1800 5480 1400 5580 0500 5700 01 000000 0800 5600 20000000',
        },
      ],
      [
        param(TYPE.STRING, { paramValueData: ['on'] }),
        { LE: '2400 5080 0600 5100 7800 0000 0500 5300 05 000000 1000 5480 0c00 5580 0700 5600 6f6e00 00' },
      ],
      // A present flag, and its default, which is a number.
      [
        param(TYPE.FLAG, { paramValueData: [true], paramValueDefault: [0] }),
        { LE: '2800 5080 0600 5100 7800 0000 0500 5300 06 000000 1400 5480 1000 5580 0400 5600 0500 b600 00 000000' },
      ],
      [
        param(TYPE.U64_ARRAY, { paramValueData: [1n, 2n] }),
        {
          LE: '2c00 5080 0600 5100 7800 0000 0500 5300 81 000000 1800 5480 1400 5580 0800 5600 01000000 0800 5600 02000000',
        },
      ],
    ],
    errHex: [
      [
        { LE: '2400 5080 0600 5100 7800 0000 0500 5300 03 000000 1000 5480 0c00 5580 0500 5600 20 000000' },
        'DEVLINK_ATTR_PARAM > DEVLINK_ATTR_PARAM_VALUES_LIST > DEVLINK_ATTR_PARAM_VALUE > DEVLINK_ATTR_PARAM_VALUE_DATA: expected u32 (4 bytes), got 1 byte',
      ],
    ],
  },
  'DEVLINK_ATTR_PARAM',
)

vectors(
  dl.devlinkAttrs,
  {
    correct: [
      // Resources inside resources (devlink_resource_put).
      [
        {
          resourceList: {
            resource: [
              {
                resourceName: 'IPv4',
                resourceId: 1n,
                resourceList: { resource: [{ resourceName: 'fib', resourceId: 2n }] },
              },
            ],
          },
        },
        {
          LE: `3c00 3f80 3800 4080 0900 4100 4950763400 000000 0c00 4200 0100000000000000
               1c00 3f80 1800 4080 0800 4100 66696200 0c00 4200 0200000000000000`,
        },
      ],
      [
        { stats: { rxPackets: 1n, rxBytes: 64n }, trapMetadata: { inPort: true } },
        { LE: '1c00 8180 0c00 0000 0100000000000000 0c00 0100 4000000000000000 0800 8680 0400 0000' },
      ],
      [
        { reloadActionsPerformed: { value: 2, selector: 2 }, index: 7n },
        { LE: '0c00 9a00 02000000 02000000 0800 b800 07000000' },
      ],
      [
        { portFunction: { hwAddr: '02:00:00:00:00:01', caps: { value: 1, selector: 3 } } },
        { LE: '1c00 9180 0a00 0100 020000000001 0000 0c00 0400 01000000 03000000' },
      ],
    ],
  },
  'DEVLINK_ATTR',
)

// The order of attributes is significant (devlink_fmsg_prepare_skb).
vectors(dl.devlinkFmsg, {
  correct: [
    [
      [
        { fmsgObjNestStart: true },
        { fmsgPairNestStart: true },
        { fmsgObjName: 'up' },
        { fmsgObjValueType: TYPE.FLAG, fmsgObjValueData: 1 },
        { fmsgNestEnd: true },
        { fmsgPairNestStart: true },
        { fmsgObjName: 'n' },
        { fmsgObjValueType: TYPE.U64, fmsgObjValueData: 5n },
        { fmsgNestEnd: true },
        { fmsgNestEnd: true },
      ],
      {
        LE: `0400 6b00 0400 6c00 0700 6f00 757000 00 0500 7000 06 000000 0500 7100 01 000000 0400 6e00
             0400 6c00 0600 6f00 6e00 0000 0500 7000 04 000000 0c00 7100 0500000000000000 0400 6e00 0400 6e00`,
      },
    ],
    // A full message ends between a type and its value, and the next one repeats the type.
    [[{ fmsgObjValueType: TYPE.U8 }], { LE: '0500 7000 01 000000' }],
    [[], ''],
  ],
  errValues: [{}, [{ fmsgObjName: 5 }], [{ fmsgObjValueType: TYPE.U8, fmsgObjValueData: 256 }]],
  errHex: [{ LE: '0900 6f00 7570' }, { LE: '0300 6f00' }, { LE: '0500 7000 01 000000 0500 7100 01 000000 ffff 7100' }],
})

const test = suite('devlink')

test('replies to DEVLINK_CMD_SELFTESTS_RUN have their own declaration', () => {
  assert.is(dl.devlink.byCommand(83, false)?.declaration, dl.devlinkMessage)
  assert.is(dl.devlink.byCommand(83, true)?.declaration, dl.devlinkSelftestsMessage)
})

test('DEVLINK_CMD_RESOURCE_DUMP is a get command', () => {
  const { byName } = dl.devlink.protocol(20)
  assert.is(byName('DEVLINK_CMD_RESOURCE_DUMP').isGet, true)
  assert.is(byName('DEVLINK_CMD_PORT_GET').isGet, true)
  assert.is(byName('DEVLINK_CMD_PORT_SET').isGet, false)
})

test.run()
