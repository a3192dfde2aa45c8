import type { ModuleRows } from './module-table.ts'

/** Drivers that el8 took from kernels newer than 5.10, so that neither Makefile table names them. */
export const moduleSupplement: ModuleRows = {
  source: 'Makefiles of kernels 5.14 to 6.1, for drivers that el8 backported',
  rows: [
    'CHELSIO_TLS_DEVICE ch_ktls',
    'CRYPTO_DEV_QAT_4XXX qat_4xxx',
    'DWMAC_INTEL dwmac_intel',
    'INFINIBAND_ADDR_TRANS rdma_cm iw_cm rdma_ucm',
    'INFINIBAND_EFA efa',
    'INFINIBAND_ERDMA erdma',
    'INFINIBAND_IRDMA irdma',
    'IONIC ionic',
    'MICROSOFT_MANA mana',
    'SCSI_MPI3MR mpi3mr',
    'SFC_SIENA sfc_siena',
    'USB4_NET thunderbolt_net',
    'VHOST_VDPA vhost_vdpa',
    'VIRTIO_VDPA virtio_vdpa',
  ],
}
