import type { ModuleRows } from './module-table.ts'

/** Modules that neither Makefile table names: drivers that el8 took from newer kernels, and names set by `-objs` lines. */
export const moduleSupplement: ModuleRows = {
  source: 'Makefiles of kernels 5.10 to 6.1: net/netfilter, arch/x86/crypto, and drivers that el8 backported',
  rows: [
    'CHELSIO_TLS_DEVICE ch_ktls',
    'CRYPTO_AES_NI_INTEL aesni_intel',
    'CRYPTO_CRYPTD cryptd',
    'CRYPTO_GLUE_HELPER_X86 glue_helper',
    'CRYPTO_DEV_QAT_4XXX qat_4xxx',
    'DWMAC_INTEL dwmac_intel',
    'INFINIBAND_ADDR_TRANS rdma_cm iw_cm rdma_ucm',
    'INFINIBAND_EFA efa',
    'INFINIBAND_ERDMA erdma',
    'INFINIBAND_IRDMA irdma',
    'IONIC ionic',
    'MICROSOFT_MANA mana',
    'NETFILTER_XTABLES x_tables xt_tcpudp',
    'NETFILTER_XT_TARGET_MASQUERADE xt_MASQUERADE',
    'SCSI_MPI3MR mpi3mr',
    'SFC_SIENA sfc_siena',
    'USB4_NET thunderbolt_net',
    'VHOST_VDPA vhost_vdpa',
    'VIRTIO_VDPA virtio_vdpa',
  ],
}
