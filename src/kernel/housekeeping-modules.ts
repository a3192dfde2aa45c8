import { moduleKey } from './module-table.ts'

/**
 * Modules without which a node works the same: console, input, sensors, sound. The ANCK 5.10 data lacks just these menus,
 * so that without this list every bare-metal host would carry their names.
 */
const housekeeping: readonly RegExp[] = [
  /^(joydev|pcspkr|psmouse|serio_raw|evdev|mousedev|i8042|hid(_\w+)?|usbhid|ppdev|parport(_pc)?|floppy|cdrom|sr_mod)$/,
  /^(drm(_\w+)?|ttm|cirrus|bochs(_drm)?|ast|mgag200|qxl|vmwgfx|virtio_gpu|i915|nouveau|radeon|amdgpu|video|wmi)$/,
  /^(fb_sys_fops|sys(copyarea|fillrect|imgblt)|i2c_\w+|cec|backlight)$/,
  /^(coretemp|k10temp|acpi_power_meter|acpi_pad|intel_powerclamp|(x86_)?pkg_temp_thermal|hwmon(_vid)?|sensors?)$/,
  /^(snd(_\w+)?|soundcore|ledtrig_audio|rfkill|bluetooth|binfmt_misc|sg|ses|enclosure)$/,
  /^(lpc_ich|mei(_me)?|rapl|intel_rapl_\w+|intel_cstate|intel_uncore|isst_if_\w+|ioatdma|dca|edac_\w+|\w+_edac)$/,
]

/** True for a module whose absence in the target changes nothing for a node. */
export function isHousekeeping(name: string): boolean {
  const known = answers.get(name)
  if (known !== undefined) return known
  const key = moduleKey(name)
  const answer = housekeeping.some((pattern) => pattern.test(key))
  if (answers.size < 50_000) answers.set(name, answer)
  return answer
}

/** Hosts of a fleet load the same modules. */
const answers = new Map<string, boolean>()
