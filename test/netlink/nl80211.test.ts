import { readFileSync } from 'node:fs'
import { readCapture } from '@netloom/netlink/capture'
import { compile } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as wifi from '../../packages/netlink/dist/generic/nl80211/index.js'
import { NLM_F, parseMessages } from '../../packages/netlink/dist/message/index.js'
import { vectors } from '../support/vectors.js'

const { NL80211_CMD, NL80211_IFTYPE } = wifi

vectors(wifi.nl80211Message, {
  correct: [
    // iw dev, interface wlan1
    [
      {
        cmd: NL80211_CMD.NEW_INTERFACE,
        version: 1,
        attrs: {
          ifindex: 3,
          ifname: 'wlan1',
          wiphy: 1,
          iftype: NL80211_IFTYPE.STATION,
          wdev: 0x1_0000_0001n,
          mac: '02:00:00:00:01:00',
          generation: 9,
          '4addr': 0,
          vifRadioMask: 0,
          wiphyTxPowerLevel: 0,
        },
      },
      {
        LE: `0701 0000 0800 0300 03000000 0a00 0400 776c616e3100 0000 0800 0100 01000000 0800 0500 02000000
             0c00 9900 0100000001000000 0a00 0600 020000000100 0000 0800 2e00 09000000 0500 5300 00 000000
             0800 4d01 00000000 0800 6200 00000000`,
      },
    ],
    // iw dev wlan0 set bitrates legacy-2.4 6 12
    [
      { cmd: NL80211_CMD.SET_TX_BITRATE_MASK, version: 0, attrs: { ifindex: 2, txRates: [[0, { legacy: [12, 24] }]] } },
      { LE: '3900 0000 0800 0300 02000000 1000 5a80 0c00 0080 0600 0100 0c18 0000' },
    ],
  ],
  decodes: [
    // iw dev wlan0 cqm rssi -50 5
    [
      { LE: '3f00 0000 0800 0300 02000000 1400 5e00 0800 0100 ceffffff 0800 0200 05000000' },
      { cmd: NL80211_CMD.SET_CQM, version: 0, attrs: { ifindex: 2, cqm: { rssiThold: [-50], rssiHyst: 5 } } },
    ],
    // iw dev wlan0 scan freq 2412 ssid foo
    [
      { LE: '2100 0000 0800 0300 02000000 0c00 2d00 0700 0300 666f6f 00 0c00 2c00 0800 0100 6c090000' },
      {
        cmd: NL80211_CMD.TRIGGER_SCAN,
        version: 0,
        attrs: { ifindex: 2, scanSsids: [Buffer.from('foo')], scanFrequencies: [2412] },
      },
    ],
    // iw dev wlan0 survey dump
    [
      {
        LE: `3301 0000 0800 0300 02000000 2c00 5400 0800 0100 6c090000 0500 0200 a4 000000
             0c00 0400 0000000000000000 0c00 0500 0000000000000000`,
      },
      {
        cmd: NL80211_CMD.NEW_SURVEY_RESULTS,
        version: 1,
        attrs: { ifindex: 2, surveyInfo: { frequency: 2412, noise: -92, time: 0n, timeBusy: 0n } },
      },
    ],
  ],
  errValues: [{ attrs: { mac: 'x' } }, { attrs: { wiphyTxPowerLevel: 2 ** 31 } }],
  errHex: [
    [
      { LE: '0701 0000 0c00 1580 0600 0700 0000 0000' },
      'NL80211_ATTR_STA_INFO > NL80211_STA_INFO_SIGNAL: expected i8 (1 byte), got 2 bytes',
    ],
  ],
})

// A flag of a wiphy that is a number in requests, and attributes that the kernel accepts as u8 and sends as u32.
vectors(
  wifi.nl80211Attrs,
  {
    correct: [
      [{ controlPortEthertype: true }, { LE: '0400 6600' }],
      [{ controlPortEthertype: 0x888e }, { LE: '0600 6600 8e88 0000', BE: '0006 0066 888e 0000' }],
      [{ colorChangeCount: 3 }, { LE: '0500 2f01 03 000000' }],
      [{ bssSelect: { bandPref: true } }, { LE: '0800 e380 0400 0200' }],
      [{ bssSelect: { bandPref: 1 } }, { LE: '0c00 e380 0800 0200 01000000' }],
      // The pattern that woke the machine, and the configured patterns.
      [{ wowlanTriggers: { pktPattern: 1 } }, { LE: '0c00 7580 0800 0480 01000000' }],
      [{ wowlanTriggers: { pktPattern: [{ offset: 2 }] } }, { LE: '1400 7580 1000 0480 0c00 0180 0800 0300 02000000' }],
      [{ mloLinks: [{ mloLinkId: 2 }] }, { LE: '1000 3881 0c00 0180 0500 3901 02 000000' }],
    ],
    decodes: [[{ LE: '0800 2f01 03000000' }, { colorChangeCount: 3 }]],
    errHex: [{ LE: '0700 6600 8e8800 00' }, { LE: '0600 2f01 0300 0000' }],
  },
  'NL80211_ATTR',
)

// The format of some attributes depends on the command.
vectors(
  wifi.nl80211Message,
  {
    correct: [
      [
        { cmd: NL80211_CMD.NEW_WIPHY, version: 1, attrs: { bssParam: { apIsolate: true } } },
        { LE: '0301 0000 0800 5581 0400 6000' },
      ],
      [{ cmd: NL80211_CMD.SET_BSS, version: 1, attrs: { bssParam: true } }, { LE: '1901 0000 0400 5501' }],
      [
        { cmd: NL80211_CMD.NEW_WIPHY, version: 1, attrs: { vendorData: [{ vendorId: 0x1374, subcmd: 1 }] } },
        { LE: '0301 0000 1000 c580 0c00 0100 74130000 01000000' },
      ],
      [
        { cmd: NL80211_CMD.VENDOR, version: 1, attrs: { vendorData: Buffer.from([1, 2]) } },
        { LE: '6701 0000 0600 c500 0102 0000' },
      ],
      [
        { cmd: NL80211_CMD.SET_COALESCE, version: 1, attrs: { coalesceRule: [{ delay: 5 }] } },
        { LE: '6501 0000 1000 b680 0c00 0180 0800 0100 05000000' },
      ],
    ],
  },
  'by command',
)

const recorded = suite('recorded nl80211 messages')

/** Messages of the kernel. NL80211_CMD_NEW_WIPHY is split into parts, here for two wiphys. */
const replies = [...readCapture(readFileSync(new URL('../captures/09-nl80211.pcap', import.meta.url)))]
  .filter(({ protocol }) => protocol === 16)
  .flatMap(({ bytes }) => [...parseMessages(bytes)])
  .filter(({ type, flags }) => type > 16 && (flags & NLM_F.REQUEST) === 0)
  .map(({ bytes, start, end }) => compile(wifi.nl80211Message).decode(bytes, start, end))

recorded('a wiphy has the expected bands', () => {
  const parts = replies.filter(({ cmd, attrs }) => cmd === NL80211_CMD.NEW_WIPHY && attrs.wiphy === 0)
  const frequencies = parts
    .flatMap(({ attrs }) => attrs.wiphyBands ?? [])
    .filter(([band]) => band === wifi.NL80211_BAND['2GHZ'])
    .flatMap(([, { freqs = [] }]) => freqs.map(({ freq }) => freq))
  assert.equal(
    [...new Set(frequencies)],
    [2412, 2417, 2422, 2427, 2432, 2437, 2442, 2447, 2452, 2457, 2462, 2467, 2472, 2484],
  )
})

recorded('a scan finds the access point', () => {
  const scanned = replies.flatMap(({ attrs }) => (attrs.bss ? [attrs.bss] : []))
  assert.ok(scanned.some(({ bssid, frequency }) => bssid === '02:00:00:00:01:55' && frequency === 2412))
})

recorded.run()
