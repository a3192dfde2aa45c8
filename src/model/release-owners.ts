interface Named {
  name: string
  vendor: string | null
}

/** A release or branding package of Anolis OS. */
export function isAnolisPackage({ name, vendor }: Named): boolean {
  return name.startsWith('anolis-') || /openanolis|anolis/i.test(vendor ?? '')
}

/** A release or branding package of CentOS. */
export function isCentosPackage({ name, vendor }: Named): boolean {
  return name.startsWith('centos-') || /^centos/i.test(vendor ?? '')
}
