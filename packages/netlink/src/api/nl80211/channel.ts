/** Bands of channels: lowest and highest MHz, and the frequency of channel 0 (`ieee80211_freq_khz_to_channel`, net/wireless/util.c). */
const bands = [
  [2412, 2472, 2407],
  [4910, 4980, 4000],
  [5000, 5945, 5000],
  [5955, 45000, 5950],
] as const

/** Channels whose number does not follow from the others of their band. */
const others = new Map([
  [2484, 14],
  [5935, 2],
])

/** Returns the number of the channel of a frequency in MHz; 0 if it has none. */
export function channelOf(frequency: number): number {
  const known = others.get(frequency)
  if (known !== undefined) return known
  if (frequency >= 58320 && frequency <= 70200) return (frequency - 56160) / 2160
  const [, , first] = bands.find(([lowest, highest]) => frequency >= lowest && frequency <= highest) ?? []
  return first === undefined ? 0 : Math.floor((frequency - first) / 5)
}

/** Returns a frequency in MHz. The kernel reports the kHz beyond whole MHz separately; only channels of 802.11ah have some. */
export const megahertz = (whole: number, offset = 0): number => whole + offset / 1000
