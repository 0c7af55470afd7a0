//! `manage-policies`: policies as drafts, their order, the tags that they name, their deployment, and the versions that it
//! makes.

mod deploy;
mod discard;
mod fleet;
mod policies;
mod room;
mod state;
mod tags;
mod versions;
mod wire;

countersign_http::operations![
    policies::create_policy,
    policies::list_policies,
    policies::open_policy,
    policies::edit_policy,
    policies::delete_policy,
    discard::discard_draft,
    policies::order_policies,
    deploy::deploy_policies,
    versions::compare_policies,
    versions::show_rollout,
    versions::list_deployments,
    versions::open_deployment,
    tags::list_tags,
    tags::create_tag,
    tags::open_tag,
    tags::rename_tag,
    tags::replace_tag_values,
    tags::delete_tag,
];

#[cfg(test)]
mod tests;
