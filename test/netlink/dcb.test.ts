import { DCB_CMD, dcbMessage } from '@netloom/netlink/route'
import { vectors } from '../support/vectors.js'

/** Data Center Bridging. */

const ascending = (from: number) => Array.from({ length: 8 }, (_, index) => from + index)
const bytesFrom = (from: number) => Buffer.from(ascending(from)).toString('hex')
const numbers = (values: readonly number[], size: number, order: 'LE' | 'BE') =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(size)
      bytes[order === 'LE' ? 0 : size - 1] = value
      return bytes
    }),
  ).toString('hex')

vectors(dcbMessage, {
  correct: [
    // dcb app add dev lo dscp-prio 5:1
    [
      {
        ...{ family: 0, cmd: DCB_CMD.IEEE_SET },
        attrs: { ifname: 'lo', ieee: { appTable: { ieeeApp: [{ selector: 5, priority: 1, protocol: 5 }] } } },
      },
      { LE: '00 14 0000  0700 0100 6c6f00 00  1000 0d80  0c00 0380  0800 0100 05 01 0500' },
    ],
    // dcb ets show dev lo
    [
      { family: 0, cmd: DCB_CMD.IEEE_GET, attrs: { ifname: 'lo' } },
      { LE: '00 15 0000  0700 0100 6c6f00 00', BE: '00 15 0000  0007 0001 6c6f00 00' },
    ],
    // The bandwidths and priorities of eight traffic classes
    [
      {
        ...{ family: 0, cmd: DCB_CMD.IEEE_GET },
        attrs: {
          ieee: {
            ets: {
              ...{ willing: 1, etsCap: 8, cbs: 2, tcTxBw: ascending(10), tcRxBw: ascending(20), tcTsa: ascending(30) },
              ...{
                prioTc: ascending(40),
                tcRecoBw: ascending(50),
                tcRecoTsa: ascending(60),
                recoPrioTc: ascending(70),
              },
            },
          },
        },
      },
      {
        LE: `00 15 0000  4400 0d80  3f00 0100  01 08 02 ${[10, 20, 30, 40, 50, 60, 70].map(bytesFrom).join('')} 00`,
        BE: `00 15 0000  0044 800d  003f 0001  01 08 02 ${[10, 20, 30, 40, 50, 60, 70].map(bytesFrom).join('')} 00`,
      },
    ],
    // Priority flow control, and the trusted selectors: DSCP before PCP
    [
      {
        ...{ family: 0, cmd: DCB_CMD.IEEE_GET },
        attrs: {
          ieee: {
            pfc: {
              ...{ pfcCap: 8, pfcEn: 0x81, mbc: 1, delay: 3 },
              ...{ requests: ascending(1).map(BigInt), indications: ascending(11).map(BigInt) },
            },
            appTrustTable: [
              [1, 5],
              [2, 255],
            ],
          },
        },
      },
      {
        LE: `00 15 0000  a400 0d80  8c00 0200  08 81 01 00 0300 0000
          ${numbers(ascending(1), 8, 'LE')} ${numbers(ascending(11), 8, 'LE')}
          1400 0b80  0500 0100 05 000000  0500 0200 ff 000000`,
        BE: `00 15 0000  00a4 800d  008c 0002  08 81 01 00 0003 0000
          ${numbers(ascending(1), 8, 'BE')} ${numbers(ascending(11), 8, 'BE')}
          0014 800b  0005 0001 05 000000  0005 0002 ff 000000`,
      },
    ],
    // Buffers and their priorities
    [
      {
        ...{ family: 0, cmd: DCB_CMD.IEEE_SET },
        attrs: { ieee: { buffer: { prio2buffer: ascending(0), bufferSize: ascending(1), totalSize: 36 } } },
      },
      {
        LE: `00 14 0000  3400 0d80  3000 0a00  ${bytesFrom(0)} ${numbers(ascending(1), 4, 'LE')} 24000000`,
        BE: `00 14 0000  0034 800d  0030 000a  ${bytesFrom(0)} ${numbers(ascending(1), 4, 'BE')} 00000024`,
      },
    ],
    // CEE request
    [
      {
        ...{ family: 0, cmd: DCB_CMD.PGTX_GCFG },
        attrs: { ifname: 'lo', pgCfg: { tcAll: { all: true }, bwIdAll: true }, cap: { all: true } },
      },
      {
        LE: `00 03 0000  0700 0100 6c6f00 00  1000 0680  0800 0a80 0400 0500  0400 1400  0800 0980  0400 0100`,
      },
    ],
    // CEE reply
    [
      {
        ...{ family: 0, cmd: DCB_CMD.CEE_GET },
        attrs: {
          cee: {
            txPg: { tc0: { pgid: 1, upMapping: 3 }, bwId0: 40 },
            pfc: { up0: 0, up7: 2 },
            appTable: { app: [{ idtype: 0, id: 0x8906, priority: 8 }] },
            feat: { pg: 2 },
            peerPfc: { willing: 1, error: 0, pfcEn: 8, tcsSupported: 4 },
            peerAppTable: { peerAppInfo: { willing: 1, error: 0 } },
          },
        },
      },
      {
        LE: `00 1a 0000  7800 1080
          2000 0480  1400 0180 0500 0100 01 000000 0500 0200 03 000000  0500 0b00 28 000000
          1400 0680  0500 0100 00 000000  0500 0800 02 000000
          2000 0780  1c00 0c80  0500 0100 00 000000  0600 0200 0689 0000  0500 0300 08 000000
          0c00 0880  0500 0200 02 000000
          0800 0200  01 00 08 04
          0c00 0380  0600 0100 01 00 0000`,
      },
    ],
  ],
  // The reply to a set command: its status. The kernel sets no NLA_F_NESTED.
  decodes: [
    [{ LE: '00 08 0000  0500 0400 00 000000' }, { family: 0, cmd: DCB_CMD.PFC_SCFG, attrs: { pfcCfg: 0 } }],
    [
      { LE: '00 15 0000  0800 0d00  0400 0300' },
      { family: 0, cmd: DCB_CMD.IEEE_GET, attrs: { ieee: { appTable: {} } } },
    ],
  ],
  errValues: [
    { attrs: { ieee: { maxrate: { tcMaxrate: [1n] } } } },
    { attrs: { pfcCfg: 256 } },
    { attrs: { pfcCfg: { up8: 1 } } },
  ],
  errHex: [{ LE: '00 15 0000  0c00 0d80  0800 0100 01 08 02 00' }],
})
