/**
 * Stands where a bootstrap token belongs. Configurations are made without secrets; what hands one out to a machine mints the
 * token for it then, and puts it here.
 */
export const tokenPlaceholder = 'OSFERRY-BOOTSTRAP-TOKEN'
