//! Examples of exports, for the API document. A test compares them with real ones.

/// The system audit as JSON lines.
pub const SYSTEM_LINES: &str = concat!(
    "{\"id\":\"evt_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"at\":\"2026-01-31T12:00:00Z\",\"organization_id\":\"org_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"actor\":{\"kind\":\"administrator\",\"id\":\"adm_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"name\":\"Kim Winter\"},\"address\":\"192.0.2.10\",\"about\":[\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\"],\"names\":{\"adm_01ARZ3NDEKTSV4RRFFQ69G5FAV\":\"Kim Winter\",\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\":\"Workstations\",\"org_01ARZ3NDEKTSV4RRFFQ69G5FAV\":\"Company A\"},\"act\":\"group.created\",\"detail\":{\"after\":{\"name\":\"Workstations\"},\"group_id\":\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\"}}\n",
    "{\"end\":{\"rows\":1,\"looked_at\":1,\"next_cursor\":null}}\n",
);

/// The same as a table.
pub const SYSTEM_TABLE: &str = concat!(
    "at,act,actor_kind,actor_id,actor,address,organization_id,organization,about,names,detail,id\r\n",
    "2026-01-31T12:00:00Z,group.created,administrator,adm_01ARZ3NDEKTSV4RRFFQ69G5FAV,Kim Winter,192.0.2.10,org_01ARZ3NDEKTSV4RRFFQ69G5FAV,Company A,grp_01ARZ3NDEKTSV4RRFFQ69G5FAV,Workstations,\"{\"\"after\"\":{\"\"name\"\":\"\"Workstations\"\"},\"\"group_id\"\":\"\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\"\"}\",evt_01ARZ3NDEKTSV4RRFFQ69G5FAV\r\n",
    "#end,1,\r\n",
);

/// The unified audit as JSON lines.
pub const UNIFIED_LINES: &str = concat!(
    "{\"id\":\"evt_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"at\":\"2026-01-31T12:05:00Z\",\"organization_id\":\"org_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"actor\":{\"kind\":\"computer\",\"id\":\"cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV\"},\"address\":\"192.0.2.20\",\"about\":[\"cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"enk_01ARZ3NDEKTSV4RRFFQ69G5FAV\"],\"names\":{\"cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV\":\"pc-7\",\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\":\"Workstations\",\"org_01ARZ3NDEKTSV4RRFFQ69G5FAV\":\"Company A\"},\"act\":\"computer.enrolled\",\"detail\":{\"computer_id\":\"cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"enrollment_key_id\":\"enk_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"group_id\":\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"hostname\":\"pc-7\",\"os\":\"Windows 11 24H2\",\"unconfirmed\":false}}\n",
    "{\"end\":{\"rows\":1,\"looked_at\":1,\"next_cursor\":null}}\n",
);

/// The same as a table.
pub const UNIFIED_TABLE: &str = concat!(
    "at,act,actor_kind,actor_id,actor,address,organization_id,organization,about,names,detail,id\r\n",
    "2026-01-31T12:05:00Z,computer.enrolled,computer,cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV,pc-7,192.0.2.20,org_01ARZ3NDEKTSV4RRFFQ69G5FAV,Company A,cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV grp_01ARZ3NDEKTSV4RRFFQ69G5FAV enk_01ARZ3NDEKTSV4RRFFQ69G5FAV,pc-7; Workstations,\"{\"\"computer_id\"\":\"\"cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV\"\",\"\"enrollment_key_id\"\":\"\"enk_01ARZ3NDEKTSV4RRFFQ69G5FAV\"\",\"\"group_id\"\":\"\"grp_01ARZ3NDEKTSV4RRFFQ69G5FAV\"\",\"\"hostname\"\":\"\"pc-7\"\",\"\"os\"\":\"\"Windows 11 24H2\"\",\"\"unconfirmed\"\":false}\",evt_01ARZ3NDEKTSV4RRFFQ69G5FAV\r\n",
    "#end,1,\r\n",
);
