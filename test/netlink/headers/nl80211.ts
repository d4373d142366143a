import * as nl80211 from '../../../packages/netlink/dist/generic/nl80211/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'nl80211',
  headers: ['linux/nl80211.h'],
  declarations: [nl80211],
  structs: [
    [nl80211.nl80211StaFlagUpdate, ''],
    [nl80211.nl80211TxrateVht, ''],
    [nl80211.nl80211TxrateHe, ''],
    [nl80211.nl80211TxrateEht, ''],
    [nl80211.nl80211PatternSupport, ''],
    [nl80211.nl80211CoalesceRuleSupport, ''],
    [nl80211.nl80211WowlanTcpDataSeq, ''],
    [nl80211.nl80211WowlanTcpDataToken, ''],
    [nl80211.nl80211WowlanTcpDataTokenFeature, ''],
    [nl80211.nl80211VendorCmdInfo, ''],
    [nl80211.nl80211BssSelectRssiAdjust, ''],
  ],
  unnamed: [nl80211.WLAN_CIPHER_SUITE, nl80211.WLAN_AKM_SUITE, nl80211.WLAN_CAPABILITY, nl80211.IEEE80211_STYPE].map(
    (each) => [each, 'linux/ieee80211.h is for the kernel only'],
  ),
  except: {
    NL80211_NAN_FUNC_MAX_TYPE: 'last value',
    'NL80211_TKIP_DATA_OFFSET_*': 'position of a part of a key',
    NL80211_MIN_REMAIN_ON_CHANNEL_TIME: 'a limit',
    NL80211_RRF_NO_HT40: 'two bits',
    NL80211_RRF_NO_IR_ALL: 'two bits',
    NL80211_KCK_EXT_LEN_32: 'a size',
  },
}
